// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of the C library, mapped directly; addresses are plain {@code long}s.
 *
 * <p>All take and give only {@code int} and {@code long}, so that JNA converts and allocates
 * nothing. JNA calls each as if its arguments were fixed: {@link #ioctl} is variadic and may be
 * called so only where {@code Abi.variadicNeedsSaveArea()} is false; {@link #syscall} takes its
 * arguments from registers everywhere.
 *
 * <p><b>Failure.</b> As the C function: -1, and then {@link #errno()}. A {@code throws
 * LastErrorException} would cost microseconds and throw on success when errno is stale.
 */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** {@code long syscall(long number, ...)}. */
    static native long syscall(long number, long a, long b, long c, long d);

    /** {@code int ioctl(int fd, unsigned long request, ...)}. */
    static native int ioctl(int fd, long request, long argument);

    /** {@code int close(int fd)}. */
    static native int close(int fd);

    /** {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}. */
    static native long mmap(long addr, long length, int prot, int flags, int fd, long offset);

    /** {@code int munmap(void *addr, size_t length)}. */
    static native int munmap(long addr, long length);

    /** {@code int madvise(void *addr, size_t length, int advice)}. */
    static native int madvise(long addr, long length, int advice);

    /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}. */
    static native long pread(int fd, long buf, long count, long offset);

    /** {@code ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)}. */
    static native long pwrite(int fd, long buf, long count, long offset);

    /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
    static native long read(int fd, long buf, long count);

    /** {@code ssize_t write(int fd, const void *buf, size_t count)}. */
    static native long write(int fd, long buf, long count);

    /** {@code int eventfd(unsigned int initval, int flags)}. */
    static native int eventfd(int initval, int flags);

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)}. */
    static native int poll(long fds, long nfds, int timeout);

    /**
     * The errno of this thread's last call of a function above. JNA copied it before it went back
     * to Java, so nothing that the JVM did meanwhile shows; stale unless that call answered -1.
     */
    static int errno() {
        return Native.getLastError();
    }
}
