// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jvfio.linux.libc.LibcSockets;

/**
 * The machine's own sockets, through {@code java.lang.foreign}. Only calls with a path allocate.
 */
final class FfmSockets extends LibcSockets {
    /** {@code int socket(int domain, int type, int protocol)}. */
    private static final MethodHandle SOCKET =
            Downcall.fixed("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int bind(int fd, const struct sockaddr *address, socklen_t length)}. */
    private static final MethodHandle BIND =
            Downcall.fixed("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code int listen(int fd, int backlog)}. */
    private static final MethodHandle LISTEN =
            Downcall.fixed("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)}. */
    private static final MethodHandle ACCEPT4 =
            Downcall.fixed(
                    "accept4",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    /** {@code int connect(int fd, const struct sockaddr *address, socklen_t length)}. */
    private static final MethodHandle CONNECT =
            Downcall.fixed(
                    "connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)}. */
    private static final MethodHandle SENDMSG =
            Downcall.fixed(
                    "sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}. */
    private static final MethodHandle RECVMSG =
            Downcall.fixed(
                    "recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code int getsockopt(int fd, int level, int option, void *value, socklen_t *length)}. */
    private static final MethodHandle GETSOCKOPT =
            Downcall.fixed(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code int chmod(const char *path, mode_t mode)}. */
    private static final MethodHandle CHMOD =
            Downcall.fixed("chmod", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code int lchown(const char *path, uid_t owner, gid_t group)}. */
    private static final MethodHandle LCHOWN =
            Downcall.fixed(
                    "lchown", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));

    /** {@code int unlink(const char *path)}. */
    private static final MethodHandle UNLINK =
            Downcall.fixed("unlink", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

    @Override
    protected int socketExactly(int domain, int type, int protocol) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) SOCKET.invokeExact(errno, domain, type, protocol);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int bind(int fd, long address, int length) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) BIND.invokeExact(errno, fd, address, length);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) LISTEN.invokeExact(errno, fd, backlog);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int accept4(int fd, long address, long length, int flags) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) ACCEPT4.invokeExact(errno, fd, address, length, flags);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int connect(int fd, long address, int length) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) CONNECT.invokeExact(errno, fd, address, length);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) SENDMSG.invokeExact(errno, fd, message, flags);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected long recvmsgExactly(int fd, long message, int flags) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) RECVMSG.invokeExact(errno, fd, message, flags);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int getsockopt(int fd, int level, int option, long value, long length) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) GETSOCKOPT.invokeExact(errno, fd, level, option, value, length);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int chmod(long path, int mode) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) CHMOD.invokeExact(errno, path, mode);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int lchown(long path, int owner, int group) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) LCHOWN.invokeExact(errno, path, owner, group);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int unlink(long path) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) UNLINK.invokeExact(errno, path);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }
}
