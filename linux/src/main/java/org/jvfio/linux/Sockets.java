// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * The system calls for sockets with a name in the file system ({@code AF_UNIX}), over which open
 * descriptors pass from one process to another.
 *
 * <p>A part of the seam: arguments, results, addresses and failures are as in {@link Kernel}. Every
 * descriptor that comes from here is {@code O_CLOEXEC}, also one that a message brings.
 */
public interface Sockets {
    /**
     * {@code int socket(AF_UNIX, int type | SOCK_CLOEXEC, 0)}.
     *
     * @param type {@link Fcntl#SOCK_STREAM} or {@link Fcntl#SOCK_SEQPACKET}
     * @return a descriptor, or a negated errno
     */
    int socket(int type);

    /**
     * {@code int bind(int fd, const struct sockaddr *address, socklen_t length)}: makes the
     * socket's name in the file system.
     */
    int bind(int fd, long address, int length);

    /** {@code int listen(int fd, int backlog)}; returns 0 or a negated errno. */
    int listen(int fd, int backlog);

    /**
     * {@code int accept4(int fd, NULL, NULL, SOCK_CLOEXEC)}; waits for somebody to connect.
     *
     * @return a descriptor, or a negated errno
     */
    int accept(int fd);

    /** {@code int connect(int fd, const struct sockaddr *address, socklen_t length)}. */
    int connect(int fd, long address, int length);

    /**
     * {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)}.
     *
     * @return how many bytes were sent, or a negated errno
     */
    long sendmsg(int fd, long message, int flags);

    /**
     * {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags | MSG_CMSG_CLOEXEC)}.
     *
     * @return how many bytes came, 0 if the peer has hung up, or a negated errno
     */
    long recvmsg(int fd, long message, int flags);

    /**
     * {@code int getsockopt(int fd, int level, int option, void *value, socklen_t *length)}.
     *
     * @param length address of an {@code int}
     */
    int getsockopt(int fd, int level, int option, long value, long length);

    /** {@code int chmod(const char *path, mode_t mode)}; returns 0 or a negated errno. */
    int chmod(String path, int mode);

    /**
     * {@code int lchown(const char *path, uid_t owner, gid_t group)}; -1 leaves one as it is.
     *
     * @return 0 or a negated errno
     */
    int chown(String path, int owner, int group);

    /** {@code int unlink(const char *path)}; returns 0 or a negated errno. */
    int unlink(String path);

    /** Whether a socket is at {@code path}, links not followed: {@code S_ISSOCK(st_mode)}. */
    boolean isSocket(String path);
}
