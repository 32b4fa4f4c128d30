// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.libc;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.Sockets;

/**
 * The machine's own kernel, reached through its C library; a binding adds the calls themselves.
 *
 * <p>Here are the decisions that must not differ between bindings: every descriptor is {@code
 * O_CLOEXEC}, what a path looks like to C, and what an interrupted {@code close} means.
 */
public abstract class LibcKernel implements Kernel {
    // The same bit as EFD_CLOEXEC on every architecture of Abi.
    private static final int CLOEXEC = Fcntl.O_CLOEXEC;
    // linux/fcntl.h: a path that is not absolute starts from the working folder.
    private static final int AT_FDCWD = -100;

    private final FileTree files;
    private final Sockets sockets;
    private final Abi abi = Abi.host();

    /** The kernel of this machine, with its file trees and its sockets. */
    protected LibcKernel(FileTree files, Sockets sockets) {
        this.files = files;
        this.sockets = sockets;
    }

    @Override
    public final String name() {
        return System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + " "
                + abi.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public final Abi abi() {
        return abi;
    }

    @Override
    public final FileTree files() {
        return files;
    }

    @Override
    public final Sockets sockets() {
        return sockets;
    }

    @Override
    public final int open(String path, int flags) {
        ByteBuffer pathname = cString(path);
        try {
            return openat(AT_FDCWD, ProcessMemory.addressOf(pathname), flags | CLOEXEC);
        } finally {
            Reference.reachabilityFence(pathname);
        }
    }

    @Override
    public final int eventfd(int initial, int flags) {
        return eventfdExactly(initial, flags | CLOEXEC);
    }

    @Override
    public final int close(int fd) {
        int result = closeOnce(fd);
        // Linux has freed the descriptor before it answers EINTR (close(2), "Dealing with error
        // returns"); a second close would hit whoever was given the number meanwhile.
        return result == -Errno.EINTR.number() ? 0 : result;
    }

    /**
     * {@code int openat(int dirfd, const char *pathname, int flags)}.
     *
     * @param pathname address of bytes with a zero at the end
     * @return a descriptor, or a negated errno
     */
    protected abstract int openat(int dirfd, long pathname, int flags);

    /** {@code int eventfd(unsigned int initial, int flags)}: a descriptor, or a negated errno. */
    protected abstract int eventfdExactly(int initial, int flags);

    /** {@code int close(int fd)}: 0, or a negated errno. */
    protected abstract int closeOnce(int fd);

    static ByteBuffer cString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path cannot have a NUL character in it");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length + 1).put(0, bytes);
    }
}
