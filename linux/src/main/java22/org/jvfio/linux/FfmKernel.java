// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jvfio.linux.libc.LibcKernel;

/**
 * The machine's own kernel, through {@code java.lang.foreign}. No call except {@link #open}
 * allocates, once a thread has made its first.
 *
 * <p>In this package, and not public, because a multi-release jar may not add a public class to a
 * later Java version ({@code jar --validate} refuses it).
 */
final class FfmKernel extends LibcKernel {
    /** {@code int openat(int dirfd, const char *pathname, int flags, ...)}. */
    private static final MethodHandle OPENAT =
            Downcall.variadic(
                    "openat", 3, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** {@code int close(int fd)}. */
    private static final MethodHandle CLOSE =
            Downcall.fixed("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** {@code int eventfd(unsigned int initval, int flags)}. */
    private static final MethodHandle EVENTFD =
            Downcall.fixed("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** {@code int ioctl(int fd, unsigned long request, ...)}. */
    private static final MethodHandle IOCTL =
            Downcall.variadic(
                    "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}. */
    private static final MethodHandle MMAP =
            Downcall.fixed(
                    "mmap",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG));

    /** {@code int munmap(void *addr, size_t length)}. */
    private static final MethodHandle MUNMAP =
            Downcall.fixed("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code int madvise(void *addr, size_t length, int advice)}. */
    private static final MethodHandle MADVISE =
            Downcall.fixed(
                    "madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}. */
    private static final MethodHandle PREAD =
            Downcall.fixed(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** {@code ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)}. */
    private static final MethodHandle PWRITE =
            Downcall.fixed(
                    "pwrite",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
    private static final MethodHandle READ =
            Downcall.fixed(
                    "read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code ssize_t write(int fd, const void *buf, size_t count)}. */
    private static final MethodHandle WRITE =
            Downcall.fixed(
                    "write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}. */
    private static final MethodHandle POLL =
            Downcall.fixed("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    /** The kernel of this machine, whose file trees are {@code files}. */
    FfmKernel(FileTree files) {
        super(files, new FfmSockets());
    }

    @Override
    protected int openat(int dirfd, long pathname, int flags) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) OPENAT.invokeExact(errno, dirfd, pathname, flags);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int closeOnce(int fd) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) CLOSE.invokeExact(errno, fd);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    protected int eventfdExactly(int initial, int flags) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) EVENTFD.invokeExact(errno, initial, flags);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) IOCTL.invokeExact(errno, fd, request, argument);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer =
                    (long) MMAP.invokeExact(errno, address, length, protection, flags, fd, offset);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int munmap(long address, long length) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) MUNMAP.invokeExact(errno, address, length);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int madvise(long address, long length, int advice) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) MADVISE.invokeExact(errno, address, length, advice);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) PREAD.invokeExact(errno, fd, buffer, count, offset);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) PWRITE.invokeExact(errno, fd, buffer, count, offset);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long read(int fd, long buffer, long count) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) READ.invokeExact(errno, fd, buffer, count);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public long write(int fd, long buffer, long count) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            long answer = (long) WRITE.invokeExact(errno, fd, buffer, count);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        MemorySegment errno = Downcall.errnoOfThisThread();
        try {
            int answer = (int) POLL.invokeExact(errno, pollfds, (long) count, timeoutMillis);
            return answer == -1 ? Downcall.negatedErrno(errno) : answer;
        } catch (Throwable thrown) {
            throw Downcall.unexpected(thrown);
        }
    }
}
