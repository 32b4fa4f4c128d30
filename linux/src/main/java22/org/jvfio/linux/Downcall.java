// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How a function of the C library is called: linked by name, with errno kept per thread.
 *
 * <p>A handle's first parameter is {@link #errnoOfThisThread()}; the others are those of C, with
 * addresses as {@code long}s.
 */
final class Downcall {
    private static final String ERRNO = "errno";
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState(ERRNO);
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(PathElement.groupElement(ERRNO));

    private static final ThreadLocal<MemorySegment> STATE_OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Downcall() {}

    /** A function whose arguments are all fixed. */
    static MethodHandle fixed(String name, FunctionDescriptor prototype) {
        return link(name, prototype, CAPTURE_ERRNO);
    }

    /**
     * A variadic function, which some architectures call differently.
     *
     * @param fixed how many arguments stand before the {@code ...}
     */
    static MethodHandle variadic(String name, int fixed, FunctionDescriptor prototype) {
        return link(name, prototype, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(fixed));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(
            String name, FunctionDescriptor prototype, Linker.Option... options) {
        MemorySegment function =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsatisfiedLinkError("no " + name + " in libc"));
        return LINKER.downcallHandle(function, prototype, options);
    }

    /** Where a call by this thread puts errno. */
    static MemorySegment errnoOfThisThread() {
        return STATE_OF_THREAD.get();
    }

    /** The negated errno that a call with {@code state} left, which must have answered -1. */
    static int negatedErrno(MemorySegment state) {
        return -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /** What to throw for what {@code invokeExact} declares: only what the JVM itself throws. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException(thrown);
    }
}
