// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jvfio.linux.Abi;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.Sockets;

/**
 * A kernel that counts the requests made with {@code ioctl(2)}, and passes on all calls.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class CountingKernel implements Kernel {
    private final Kernel kernel;
    private final Map<Long, LongAdder> requests = new ConcurrentHashMap<>();

    /** Counts what {@code kernel} is asked from now on. */
    public CountingKernel(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A counting kernel in front of a host's own. */
    public static CountingKernel inFrontOf(LinuxHost host) {
        return new CountingKernel(host.kernel());
    }

    /** The same host as {@code host}, by way of this kernel. */
    public LinuxHost host(LinuxHost host) {
        return host.simulated() ? LinuxHost.simulated(this, host.pageSize()) : LinuxHost.on(this);
    }

    /** How often a request was made. */
    public long count(Ioctl request) {
        LongAdder made = requests.get(request.number(abi()));
        return made == null ? 0 : made.sum();
    }

    /** How many requests were made, of whatever kind. */
    public long count() {
        return requests.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Begins to count anew. */
    public void forget() {
        requests.clear();
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        requests.computeIfAbsent(request, number -> new LongAdder()).increment();
        return kernel.ioctl(fd, request, argument);
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public Abi abi() {
        return kernel.abi();
    }

    @Override
    public FileTree files() {
        return kernel.files();
    }

    @Override
    public Sockets sockets() {
        return kernel.sockets();
    }

    @Override
    public int open(String path, int flags) {
        return kernel.open(path, flags);
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return kernel.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return kernel.munmap(address, length);
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return kernel.madvise(address, length, advice);
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        return kernel.pread(fd, buffer, count, offset);
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        return kernel.pwrite(fd, buffer, count, offset);
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return kernel.read(fd, buffer, count);
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return kernel.write(fd, buffer, count);
    }

    @Override
    public int eventfd(int initial, int flags) {
        return kernel.eventfd(initial, flags);
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return kernel.poll(pollfds, count, timeoutMillis);
    }
}
