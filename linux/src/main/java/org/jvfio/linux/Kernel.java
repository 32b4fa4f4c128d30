// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * The seam: every system call that jvfio makes, and nothing above it.
 *
 * <p>Arguments and results are those of the system call, as bytes and numbers. The machine's own
 * kernel stands behind it in production; {@code org.jvfio.testkit} puts a simulated one there, so
 * that every encoding above the seam is exercised either way.
 *
 * <p><b>Failure.</b> Nothing here throws for a refusal of the kernel: a negative result is the
 * negated errno ({@code -EINVAL}), as a system call returns it. The typed files of this package
 * ({@link ContainerFd} and its neighbours) turn it into a {@link KernelException} with a name.
 *
 * <p><b>Threads.</b> Safe for use by several threads; calls that wait ({@link #poll}, {@link
 * #read}) hold up only their caller.
 *
 * <p><b>Addresses</b> are addresses of this process, from {@link ProcessMemory} or {@link #mmap};
 * the caller keeps the memory alive until the call returns.
 */
public interface Kernel {
    /** Names this kernel for people: {@code "Linux 7.3.4 x86_64"}, {@code "simulated kernel"}. */
    String name();

    /** The calling and encoding conventions that this kernel's requests follow. */
    Abi abi();

    /** The file trees that are read as text: sysfs, procfs, and what is in {@code /dev}. */
    FileTree files();

    /** The calls for sockets, over which descriptors pass between processes. */
    Sockets sockets();

    /**
     * {@code int openat(AT_FDCWD, const char *path, int flags | O_CLOEXEC)}.
     *
     * @param flags {@link Fcntl#O_RDWR} and its like; {@code O_CLOEXEC} is always added
     * @return a descriptor, or a negated errno
     */
    int open(String path, int flags);

    /** {@code int close(int fd)}; returns 0 or a negated errno, and the descriptor is gone. */
    int close(int fd);

    /**
     * {@code int ioctl(int fd, unsigned long request, void *argument)}.
     *
     * @param request the number as this kernel's {@link #abi()} encodes it
     * @param argument an address, or the plain number that some requests take instead
     * @return the result, or a negated errno
     */
    int ioctl(int fd, long request, long argument);

    /**
     * {@code void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t
     * offset)}.
     *
     * @return the address, or a negated errno (between -4095 and -1)
     */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /** {@code int munmap(void *address, size_t length)}; returns 0 or a negated errno. */
    int munmap(long address, long length);

    /**
     * {@code int madvise(void *address, size_t length, int advice)}.
     *
     * @param advice {@link Fcntl#MADV_POPULATE_WRITE} and its like
     * @return 0 or a negated errno: {@code EINVAL} also for advice that this kernel does not know
     */
    int madvise(long address, long length, int advice);

    /** {@code ssize_t pread(int fd, void *buffer, size_t count, off_t offset)}. */
    long pread(int fd, long buffer, long count, long offset);

    /** {@code ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset)}. */
    long pwrite(int fd, long buffer, long count, long offset);

    /** {@code ssize_t read(int fd, void *buffer, size_t count)}. */
    long read(int fd, long buffer, long count);

    /** {@code ssize_t write(int fd, const void *buffer, size_t count)}. */
    long write(int fd, long buffer, long count);

    /**
     * {@code int eventfd(unsigned int initial, int flags | EFD_CLOEXEC)}.
     *
     * @return a descriptor, or a negated errno
     */
    int eventfd(int initial, int flags);

    /**
     * {@code int poll(struct pollfd *pollfds, nfds_t count, int timeoutMillis)}.
     *
     * @param pollfds address of {@code count} entries of {@code struct pollfd} (8 bytes each: int
     *     fd, short events, short revents)
     * @param timeoutMillis milliseconds; negative waits without limit
     * @return how many entries have events, 0 after the time, or a negated errno
     */
    int poll(long pollfds, int count, int timeoutMillis);
}
