// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import org.jvfio.linux.jna.JnaKernel;
import org.jvfio.linux.jna.JnaMemory;

/**
 * The one class that differs between Java versions: how this process reaches the C library.
 *
 * <p>This is the one of Java 22 and newer: the foreign-function API, unless {@link
 * NativeChoice#PROPERTY} asks for JNA. No class of JNA is loaded unless it does.
 *
 * <p><b>Failure.</b> Every method throws {@link IllegalStateException} if the property asks for
 * what cannot be had.
 */
final class NativeBinding {
    private static final String REQUESTED = System.getProperty(NativeChoice.PROPERTY, "");

    private NativeBinding() {}

    /** {@code "jna"} or {@code "ffm"}. */
    static String name() {
        return NativeChoice.withFfm(REQUESTED);
    }

    /** The machine's own kernel; {@code files} are its file trees. */
    static Kernel kernel(FileTree files) {
        return ffm() ? new FfmKernel(files) : new JnaKernel(files);
    }

    /** The address of the first byte of a direct buffer, whatever its position. */
    static long addressOf(ByteBuffer direct) {
        return ffm() ? FfmMemory.addressOf(direct) : JnaMemory.addressOf(direct);
    }

    /** A direct buffer over {@code length} bytes at {@code address}, big-endian as all new ones. */
    static ByteBuffer view(long address, int length) {
        return ffm() ? FfmMemory.view(address, length) : JnaMemory.view(address, length);
    }

    private static boolean ffm() {
        return name().equals(NativeChoice.FFM);
    }
}
