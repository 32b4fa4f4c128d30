// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.OpenGroup;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.Teardown;

/** A container with an IOMMU of type 1, usually version 2. */
final class Type1Container implements LegacyContainer {
    private static final long HALF = Long.MIN_VALUE;

    private final Kernel kernel;
    private final ContainerFd file;
    private final boolean unmapsAll;
    private final Type1DmaMap mapping = new Type1DmaMap();
    private final Type1DmaUnmap unmapping = new Type1DmaUnmap();
    private final int type;
    private OptionalLong limit = OptionalLong.empty();
    private Optional<DirtyTracking> tracking = Optional.empty();

    private Type1Container(ContainerFd file, int type, boolean unmapsAll) {
        this.kernel = file.kernel();
        this.file = file;
        this.type = type;
        this.unmapsAll = unmapsAll;
    }

    /** A new container with {@code group} in it and its IOMMU set. */
    static Type1Container open(
            Kernel kernel, ContainerChoice choice, OpenGroup group, String object) {
        ContainerFd file = ContainerFd.openKnown(kernel, choice.path());
        try {
            requireType1(file, choice);
            Type1Container container =
                    new Type1Container(
                            file, choice.type(), file.hasExtension(VfioRequests.UNMAP_ALL));
            group.join(container);
            container.setIommu(choice.type(), group, object);
            return container;
        } catch (KernelException refused) {
            throw Teardown.after(refused.about(object), file::close);
        } catch (VfioException refused) {
            throw Teardown.after(refused, file::close);
        }
    }

    private static void requireType1(ContainerFd file, ContainerChoice choice)
            throws KernelException {
        if (!file.hasExtension(choice.type())) {
            throw new VfioException(
                    file.path(),
                    "VFIO_CHECK_EXTENSION",
                    "no "
                            + choice.typeName()
                            + ": load the module vfio_iommu_type1; on POWER the backend"
                            + " is spapr");
        }
    }

    private void setIommu(int type, OpenGroup group, String object) {
        try {
            file.setIommu(type);
            limit = file.info().dmaAvailable();
        } catch (KernelException refused) {
            throw Teardown.after(
                    refused.about(object, iommuAdvice(refused.errno())), group::leaveContainer);
        }
    }

    private static String iommuAdvice(Errno errno) {
        return errno.equals(Errno.EPERM)
                ? "the IOMMU does not remap interrupts, so the device could forge them; accept"
                        + " that with vfio_iommu_type1.allow_unsafe_interrupts=1"
                : errno.meaning();
    }

    @Override
    public ContainerFd file() {
        return file;
    }

    @Override
    public boolean isUnprotected() {
        return false;
    }

    @Override
    public String name() {
        return file.path();
    }

    @Override
    public List<IovaRange> apertures() {
        return info().iovaRanges().orElse(List.of(IovaRange.ALL));
    }

    @Override
    public long pageSizes() {
        return info().pageSizes();
    }

    /** Containers know nothing of nesting. */
    @Override
    public boolean nestingParentBypassesReadOnly() {
        return false;
    }

    @Override
    public OptionalInt mappingsLeft() {
        return info().dmaAvailable().stream()
                .mapToInt(left -> (int) Math.min(left, Integer.MAX_VALUE))
                .findFirst();
    }

    private Type1Info info() {
        try {
            return file.info();
        } catch (KernelException refused) {
            throw refused.about(file.path());
        }
    }

    /** As it is answered first: the kernel tracks one size of page only. */
    @Override
    public Optional<DirtyTracking> dirtyTracking() {
        if (tracking.isEmpty() && type == VfioRequests.TYPE1V2_IOMMU) {
            tracking =
                    info().migration()
                            .map(can -> Long.lowestOneBit(can.pageSizes()))
                            .map(pageSize -> new Type1DirtyTracking(file, pageSize));
        }
        return tracking;
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        if (dirtyTracking().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                type == VfioRequests.TYPE1V2_IOMMU
                        ? "this kernel's type 1 does not either (Linux 5.8 and newer do)"
                        : "type 1 of version 1 does not either");
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        int flags =
                (access.readable() ? Type1DmaMap.READ : 0)
                        | (access.writable() ? Type1DmaMap.WRITE : 0);
        try {
            file.map(mapping.set(range.first(), vaddr, range.length(), flags));
        } catch (KernelException refused) {
            throw refused.about(
                    range + " on " + file.path(), mapAdvice(refused.errno(), range, vaddr));
        }
    }

    private String mapAdvice(Errno errno, IovaRange range, long vaddr) {
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(kernel).advice(range.length());
        }
        if (errno.equals(Errno.ENOSPC)) {
            // The container keeps the limit that it got with its IOMMU.
            return (limit.isPresent() ? limit.getAsLong() : "all")
                    + " mappings in use, which is the limit; merge regions, or raise"
                    + " vfio_iommu_type1.dma_entry_limit and attach the devices anew";
        }
        if (errno.equals(Errno.EFAULT)) {
            return "not all of it is memory of this process that the device may use so, from"
                    + " vaddr 0x"
                    + Long.toHexString(vaddr);
        }
        return errno.meaning();
    }

    @Override
    public long unmap(IovaRange range) {
        return request(range, range.first(), range.length(), 0);
    }

    @Override
    public long unmapAll() {
        if (unmapsAll) {
            return request(IovaRange.ALL, 0, 0, Type1DmaUnmap.ALL);
        }
        // The length of the whole space does not fit: Linux before 5.12 takes two halves.
        return request(IovaRange.ALL, 0, HALF, 0) + request(IovaRange.ALL, HALF, HALF, 0);
    }

    private long request(IovaRange range, long iova, long size, int flags) {
        try {
            return file.unmap(unmapping.set(iova, size, flags));
        } catch (KernelException refused) {
            throw refused.about(range + " on " + file.path());
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
