// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.libc;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.LongUnaryOperator;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.Sockets;

/**
 * The machine's own sockets, reached through its C library; a binding adds the calls themselves.
 * Here is that every descriptor is {@code O_CLOEXEC}.
 */
public abstract class LibcSockets implements Sockets {
    // SOCK_CLOEXEC is the same bit on every architecture of Abi.
    private static final int CLOEXEC = Fcntl.O_CLOEXEC;
    private static final int FILE_TYPE = 0xf000;
    private static final int SOCKET = 0xc000;

    /** For the bindings. */
    protected LibcSockets() {}

    @Override
    public final int socket(int type) {
        return socketExactly(Fcntl.AF_UNIX, type | CLOEXEC, 0);
    }

    @Override
    public final int accept(int fd) {
        return accept4(fd, 0, 0, CLOEXEC);
    }

    @Override
    public final long recvmsg(int fd, long message, int flags) {
        return recvmsgExactly(fd, message, flags | Fcntl.MSG_CMSG_CLOEXEC);
    }

    @Override
    public final int chmod(String path, int mode) {
        return withPath(path, address -> chmod(address, mode));
    }

    @Override
    public final int chown(String path, int owner, int group) {
        return withPath(path, address -> lchown(address, owner, group));
    }

    @Override
    public final int unlink(String path) {
        return withPath(path, this::unlink);
    }

    @Override
    public final boolean isSocket(String path) {
        try {
            Object mode = Files.getAttribute(Path.of(path), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return ((Integer) mode & FILE_TYPE) == SOCKET;
        } catch (IOException absent) {
            return false;
        }
    }

    private static int withPath(String path, LongUnaryOperator call) {
        ByteBuffer pathname = LibcKernel.cString(path);
        try {
            return (int) call.applyAsLong(ProcessMemory.addressOf(pathname));
        } finally {
            Reference.reachabilityFence(pathname);
        }
    }

    /** {@code int socket(int domain, int type, int protocol)}. */
    protected abstract int socketExactly(int domain, int type, int protocol);

    /** {@code int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)}. */
    protected abstract int accept4(int fd, long address, long length, int flags);

    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}. */
    protected abstract long recvmsgExactly(int fd, long message, int flags);

    /** {@code int chmod(const char *path, mode_t mode)}. */
    protected abstract int chmod(long path, int mode);

    /** {@code int lchown(const char *path, uid_t owner, gid_t group)}. */
    protected abstract int lchown(long path, int owner, int group);

    /** {@code int unlink(const char *path)}. */
    protected abstract int unlink(long path);
}
