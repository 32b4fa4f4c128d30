// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jvfio.VfioException;

/** An attribute of sysfs that is written, open for one write. */
final class SysfsFile extends KernelFile {
    private SysfsFile(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /**
     * Writes an attribute, as {@code echo} does.
     *
     * @param advice what an errno means there, and what to do
     * @throws VfioException if the kernel refuses
     */
    static void write(Kernel kernel, String path, String text, Function<Errno, String> advice) {
        write(kernel, path, text, "\"" + text + "\"", advice);
    }

    /**
     * Writes an attribute whose text people cannot read.
     *
     * @param meaning what stands in messages in place of it
     */
    static void write(
            Kernel kernel,
            String path,
            String text,
            String meaning,
            Function<Errno, String> advice) {
        try (SysfsFile file = open(kernel, path)) {
            file.write(text);
        } catch (KernelException refused) {
            throw refused.about(path + " " + meaning, advice.apply(refused.errno()));
        }
    }

    private static SysfsFile open(Kernel kernel, String path) throws KernelException {
        int result;
        do {
            result = kernel.open(path, Fcntl.O_WRONLY);
        } while (result == -Errno.EINTR.number());
        return new SysfsFile(kernel, (int) check("open", result), path);
    }

    private void write(String text) throws KernelException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().write(descriptor, ProcessMemory.addressOf(direct), bytes.length);
            } while (result == -Errno.EINTR.number());
            check("write", result);
        } finally {
            Reference.reachabilityFence(direct);
            leave();
        }
    }
}
