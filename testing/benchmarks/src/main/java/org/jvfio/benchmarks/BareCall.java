// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The least that a system call from Java costs: on Java 17, JNA direct mapping. */
final class BareCall {
    static {
        Native.register(BareCall.class, NativeLibrary.getProcess());
    }

    private BareCall() {}

    /** For tables. */
    static String name() {
        return "bare JNA";
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)}: the result, or -1. */
    static native int ioctl(int fd, long request, long argument);
}
