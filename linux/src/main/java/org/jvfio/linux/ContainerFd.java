// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;

/** An open container, {@code /dev/vfio/vfio}: one set of page tables, and the groups behind it. */
public final class ContainerFd extends KernelFile {
    private ContainerFd(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /** Opens a new container at {@code path}. */
    public static ContainerFd open(Kernel kernel, String path) throws KernelException {
        return new ContainerFd(kernel, openDescriptor(kernel, path), path);
    }

    /** The version of the interface: {@link VfioRequests#API_VERSION}. */
    public int apiVersion() throws KernelException {
        return request(VfioRequests.GET_API_VERSION, 0);
    }

    /**
     * Whether the container has an extension or a kind of IOMMU ({@link
     * VfioRequests#TYPE1V2_IOMMU}); the answer can change as groups come and go.
     */
    public boolean hasExtension(int extension) throws KernelException {
        return request(VfioRequests.CHECK_EXTENSION, extension) > 0;
    }

    /** Chooses the kind of IOMMU, once and after the first group has been put in. */
    public void setIommu(int type) throws KernelException {
        request(VfioRequests.SET_IOMMU, type);
    }

    /** What the type 1 IOMMU can do; what it can map changes as groups come and go. */
    public Type1Info info() throws KernelException {
        return info(VfioRequests.IOMMU_GET_INFO, Type1Info::new);
    }

    /** Lets devices reach memory of this process, which is pinned until it is unmapped. */
    public void map(Type1DmaMap mapping) throws KernelException {
        request(VfioRequests.IOMMU_MAP_DMA, mapping);
    }

    /**
     * Stops devices reaching a range.
     *
     * @return how many bytes were unmapped; fewer than asked for where nothing was mapped
     */
    public long unmap(Type1DmaUnmap mapping) throws KernelException {
        request(VfioRequests.IOMMU_UNMAP_DMA, mapping);
        return mapping.size();
    }

    /** Tracks which pages devices write to, from now on. */
    public void startDirtyTracking() throws KernelException {
        request(VfioRequests.IOMMU_DIRTY_PAGES, new Type1DirtyBitmap().set(Type1DirtyBitmap.START));
    }

    /** Tracks them no longer. */
    public void stopDirtyTracking() throws KernelException {
        request(VfioRequests.IOMMU_DIRTY_PAGES, new Type1DirtyBitmap().set(Type1DirtyBitmap.STOP));
    }

    /**
     * Writes which pages of a range may have been written to since they were asked for last, into
     * the bitmap that {@code range} names. The kernel writes whole words, so bits of the same words
     * that stand for no page of a mapping mean nothing.
     *
     * @param range made by {@link Type1DirtyBitmap#get}
     */
    public void dirtyPages(Type1DirtyBitmap range) throws KernelException {
        request(VfioRequests.IOMMU_DIRTY_PAGES, range);
    }
}
