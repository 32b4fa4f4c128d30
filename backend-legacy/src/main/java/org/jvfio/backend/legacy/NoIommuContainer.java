// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.OpenGroup;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.spi.Teardown;

/**
 * A container of devices that no IOMMU stands behind: nothing can be mapped, and the devices reach
 * all memory.
 */
final class NoIommuContainer implements LegacyContainer {
    private static final long SMALLEST_PAGE = 4096;

    private final ContainerFd file;

    private NoIommuContainer(ContainerFd file) {
        this.file = file;
    }

    /** A new container with {@code group} in it. */
    static NoIommuContainer open(Kernel kernel, String path, OpenGroup group, String object) {
        ContainerFd file = ContainerFd.openKnown(kernel, path);
        try {
            NoIommuContainer container = new NoIommuContainer(file);
            group.join(container);
            container.setIommu(group, object);
            return container;
        } catch (KernelException refused) {
            throw Teardown.after(refused.about(object), file::close);
        } catch (VfioException refused) {
            throw Teardown.after(refused, file::close);
        }
    }

    private void setIommu(OpenGroup group, String object) {
        try {
            file.setIommu(VfioRequests.NOIOMMU_IOMMU);
        } catch (KernelException refused) {
            throw Teardown.after(refused.about(object), group::leaveContainer);
        }
    }

    @Override
    public ContainerFd file() {
        return file;
    }

    @Override
    public boolean isUnprotected() {
        return true;
    }

    @Override
    public String name() {
        return file.path() + " without an IOMMU";
    }

    @Override
    public List<IovaRange> apertures() {
        return List.of(IovaRange.ALL);
    }

    @Override
    public long pageSizes() {
        return SMALLEST_PAGE;
    }

    @Override
    public boolean nestingParentBypassesReadOnly() {
        return false;
    }

    @Override
    public OptionalInt mappingsLeft() {
        return OptionalInt.empty();
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        throw new VfioException(
                range + " on " + name(),
                "VFIO_IOMMU_MAP_DMA",
                "nothing can be mapped for a device that no IOMMU stands behind, which does DMA by"
                        + " physical addresses; keep it in an address space of its own");
    }

    @Override
    public long unmap(IovaRange range) {
        return 0;
    }

    @Override
    public long unmapAll() {
        return 0;
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        return Optional.of("without an IOMMU nothing does");
    }

    @Override
    public void close() {
        file.close();
    }
}
