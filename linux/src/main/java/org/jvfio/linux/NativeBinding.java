// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import org.jvfio.linux.jna.JnaKernel;
import org.jvfio.linux.jna.JnaMemory;

/**
 * The one class that differs between Java versions: how this process reaches the C library.
 *
 * <p>This is the one of Java 17 to 21, where JNA is the only way. The multi-release jar replaces it
 * on Java 22 and newer ({@code src/main/java22}), with the same methods.
 *
 * <p><b>Failure.</b> Every method throws {@link IllegalStateException} if {@link
 * NativeChoice#PROPERTY} asks for what cannot be had.
 */
final class NativeBinding {
    private static final String REQUESTED = System.getProperty(NativeChoice.PROPERTY, "");

    private NativeBinding() {}

    /** {@code "jna"} or {@code "ffm"}. */
    static String name() {
        return NativeChoice.withoutFfm(REQUESTED);
    }

    /** The machine's own kernel; {@code files} are its file trees. */
    static Kernel kernel(FileTree files) {
        NativeChoice.withoutFfm(REQUESTED);
        return new JnaKernel(files);
    }

    /** The address of the first byte of a direct buffer, whatever its position. */
    static long addressOf(ByteBuffer direct) {
        NativeChoice.withoutFfm(REQUESTED);
        return JnaMemory.addressOf(direct);
    }

    /** A direct buffer over {@code length} bytes at {@code address}, big-endian as all new ones. */
    static ByteBuffer view(long address, int length) {
        NativeChoice.withoutFfm(REQUESTED);
        return JnaMemory.view(address, length);
    }
}
