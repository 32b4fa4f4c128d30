// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The least that a system call from Java costs: from Java 22 on, a downcall that keeps errno. */
final class BareCall {
    private static final MemorySegment ERRNO =
            Arena.global().allocate(Linker.Option.captureStateLayout());
    private static final MethodHandle IOCTL = link();

    private BareCall() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("ioctl").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(2));
    }

    /** For tables. */
    static String name() {
        return "bare FFM";
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)}: the result, or -1. */
    static int ioctl(int fd, long request, long argument) {
        try {
            return (int) IOCTL.invokeExact(ERRNO, fd, request, argument);
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown);
        }
    }
}
