// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import org.jvfio.linux.Abi;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.libc.LibcKernel;

/** The machine's own kernel, through JNA. No call except {@link #open} allocates. */
public final class JnaKernel extends LibcKernel {
    private final int ioctlNumber = abi().ioctlNumber();
    private final int openatNumber = abi().openatNumber();
    private final boolean ioctlThroughSyscall;

    /** The kernel of this machine, whose file trees are {@code files}. */
    public JnaKernel(FileTree files) {
        this(files, Abi.host().variadicNeedsSaveArea());
    }

    /** The same with the way that {@link #ioctl} takes given, so that both ways can be tested. */
    JnaKernel(FileTree files, boolean ioctlThroughSyscall) {
        super(files, new JnaSockets());
        this.ioctlThroughSyscall = ioctlThroughSyscall;
    }

    @Override
    protected int openat(int dirfd, long pathname, int flags) {
        // openat(2) is variadic, and its last argument (the mode) must be zero without O_CREAT.
        return result((int) Libc.syscall(openatNumber, dirfd, pathname, flags, 0));
    }

    @Override
    protected int closeOnce(int fd) {
        return result(Libc.close(fd));
    }

    @Override
    protected int eventfdExactly(int initial, int flags) {
        return result(Libc.eventfd(initial, flags));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return ioctlThroughSyscall
                ? result((int) Libc.syscall(ioctlNumber, fd, request, argument, 0))
                : result(Libc.ioctl(fd, request, argument));
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return result(Libc.mmap(address, length, protection, flags, fd, offset));
    }

    @Override
    public int munmap(long address, long length) {
        return result(Libc.munmap(address, length));
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return result(Libc.madvise(address, length, advice));
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        return result(Libc.pread(fd, buffer, count, offset));
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        return result(Libc.pwrite(fd, buffer, count, offset));
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return result(Libc.read(fd, buffer, count));
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return result(Libc.write(fd, buffer, count));
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return result(Libc.poll(pollfds, count, timeoutMillis));
    }

    private static int result(int answer) {
        return answer == -1 ? -Libc.errno() : answer;
    }

    private static long result(long answer) {
        return answer == -1 ? -Libc.errno() : answer;
    }
}
