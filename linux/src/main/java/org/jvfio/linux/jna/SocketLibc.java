// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The functions of the C library for sockets, mapped as those of {@link Libc} are. */
final class SocketLibc {
    static {
        Native.register(SocketLibc.class, NativeLibrary.getProcess());
    }

    private SocketLibc() {}

    /** {@code int socket(int domain, int type, int protocol)}. */
    static native int socket(int domain, int type, int protocol);

    /** {@code int bind(int fd, const struct sockaddr *address, socklen_t length)}. */
    static native int bind(int fd, long address, int length);

    /** {@code int listen(int fd, int backlog)}. */
    static native int listen(int fd, int backlog);

    /** {@code int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)}. */
    static native int accept4(int fd, long address, long length, int flags);

    /** {@code int connect(int fd, const struct sockaddr *address, socklen_t length)}. */
    static native int connect(int fd, long address, int length);

    /** {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)}. */
    static native long sendmsg(int fd, long message, int flags);

    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}. */
    static native long recvmsg(int fd, long message, int flags);

    /** {@code int getsockopt(int fd, int level, int option, void *value, socklen_t *length)}. */
    static native int getsockopt(int fd, int level, int option, long value, long length);

    /** {@code int chmod(const char *path, mode_t mode)}. */
    static native int chmod(long path, int mode);

    /** {@code int lchown(const char *path, uid_t owner, gid_t group)}. */
    static native int lchown(long path, int owner, int group);

    /** {@code int unlink(const char *path)}. */
    static native int unlink(long path);
}
