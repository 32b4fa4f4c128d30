// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.Sockets;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.KvmRequests;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * A kernel that refuses what a {@link FaultPlan} says, and passes on the rest.
 *
 * <p>What is refused has no effect, but {@code close} closes, as in Linux.
 */
final class FaultyKernel implements Kernel {
    private static final List<Ioctl> REQUESTS =
            List.of(
                    VfioRequests.GET_API_VERSION,
                    VfioRequests.CHECK_EXTENSION,
                    VfioRequests.SET_IOMMU,
                    VfioRequests.GROUP_GET_STATUS,
                    VfioRequests.GROUP_SET_CONTAINER,
                    VfioRequests.GROUP_UNSET_CONTAINER,
                    VfioRequests.GROUP_GET_DEVICE_FD,
                    VfioRequests.DEVICE_GET_INFO,
                    VfioRequests.DEVICE_GET_REGION_INFO,
                    VfioRequests.DEVICE_GET_IRQ_INFO,
                    VfioRequests.DEVICE_SET_IRQS,
                    VfioRequests.DEVICE_RESET,
                    VfioRequests.DEVICE_FEATURE,
                    VfioRequests.DEVICE_BIND_IOMMUFD,
                    VfioRequests.DEVICE_ATTACH_IOMMUFD_PT,
                    VfioRequests.DEVICE_DETACH_IOMMUFD_PT,
                    VfioRequests.IOMMU_GET_INFO,
                    VfioRequests.IOMMU_MAP_DMA,
                    VfioRequests.IOMMU_UNMAP_DMA,
                    IommufdRequests.GET_HW_INFO,
                    IommufdRequests.DESTROY,
                    IommufdRequests.IOAS_ALLOC,
                    IommufdRequests.IOAS_IOVA_RANGES,
                    IommufdRequests.IOAS_MAP,
                    IommufdRequests.IOAS_MAP_FILE,
                    IommufdRequests.IOAS_UNMAP,
                    IommufdRequests.HWPT_ALLOC,
                    IommufdRequests.HWPT_SET_DIRTY_TRACKING,
                    IommufdRequests.HWPT_GET_DIRTY_BITMAP,
                    KvmRequests.CREATE_DEVICE,
                    KvmRequests.SET_DEVICE_ATTR);

    /** What POWER's containers call the numbers that are other requests elsewhere. */
    private static final List<Ioctl> OF_POWER =
            List.of(
                    VfioRequests.SPAPR_TCE_GET_INFO,
                    VfioRequests.IOMMU_ENABLE,
                    VfioRequests.IOMMU_DISABLE,
                    VfioRequests.SPAPR_REGISTER_MEMORY,
                    VfioRequests.SPAPR_UNREGISTER_MEMORY,
                    VfioRequests.SPAPR_TCE_CREATE,
                    VfioRequests.SPAPR_TCE_REMOVE,
                    VfioRequests.EEH_PE_OP);

    private final Kernel kernel;
    private final FaultPlan plan;
    private final FileTree files;
    private final Sockets sockets;
    private final Map<Long, String> names;

    FaultyKernel(Kernel kernel, FaultPlan plan, boolean power) {
        this.kernel = kernel;
        this.plan = plan;
        this.files = new FaultyFiles(kernel.files(), plan);
        this.sockets = new FaultySockets(kernel.sockets(), plan);
        Function<Ioctl, Long> number = request -> request.number(kernel.abi());
        this.names = REQUESTS.stream().collect(Collectors.toMap(number, Ioctl::name, (a, b) -> b));
        if (power) {
            OF_POWER.forEach(request -> names.put(number.apply(request), request.name()));
        }
    }

    private long call(String name, LongSupplier made) {
        Errno refusal = plan.next(name);
        return refusal == null ? made.getAsLong() : -refusal.number();
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
        return files;
    }

    @Override
    public Sockets sockets() {
        return sockets;
    }

    @Override
    public int open(String path, int flags) {
        return (int) call("open", () -> kernel.open(path, flags));
    }

    @Override
    public int close(int fd) {
        int result = kernel.close(fd);
        return (int) call("close", () -> result);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        String name = names.getOrDefault(request, "ioctl 0x" + Long.toHexString(request));
        return (int) call(name, () -> kernel.ioctl(fd, request, argument));
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return call("mmap", () -> kernel.mmap(address, length, protection, flags, fd, offset));
    }

    @Override
    public int munmap(long address, long length) {
        return (int) call("munmap", () -> kernel.munmap(address, length));
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return (int) call("madvise", () -> kernel.madvise(address, length, advice));
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        return call("pread", () -> kernel.pread(fd, buffer, count, offset));
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        return call("pwrite", () -> kernel.pwrite(fd, buffer, count, offset));
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return call("read", () -> kernel.read(fd, buffer, count));
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return call("write", () -> kernel.write(fd, buffer, count));
    }

    @Override
    public int eventfd(int initial, int flags) {
        return (int) call("eventfd", () -> kernel.eventfd(initial, flags));
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return (int) call("poll", () -> kernel.poll(pollfds, count, timeoutMillis));
    }
}
