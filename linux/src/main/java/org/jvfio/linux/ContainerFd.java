// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.VfioException;
import org.jvfio.linux.uapi.EehPeOp;
import org.jvfio.linux.uapi.SpaprRegisterMemory;
import org.jvfio.linux.uapi.SpaprTceCreate;
import org.jvfio.linux.uapi.SpaprTceInfo;
import org.jvfio.linux.uapi.SpaprTceRemove;
import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.Type1Info;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.spi.Teardown;

/** An open container, {@code /dev/vfio/vfio}: one set of page tables, and the groups behind it. */
public final class ContainerFd extends KernelFile {
    private ContainerFd(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /** Opens a new container at {@code path}. */
    public static ContainerFd open(Kernel kernel, String path) throws KernelException {
        return new ContainerFd(kernel, openDescriptor(kernel, path), path);
    }

    /**
     * Opens a new container whose interface jvfio knows.
     *
     * @throws VfioException if the kernel refuses, or its interface is another
     */
    public static ContainerFd openKnown(Kernel kernel, String path) {
        ContainerFd file;
        try {
            file = open(kernel, path);
        } catch (KernelException refused) {
            throw refused.about(path);
        }
        try {
            file.checkApiVersion();
            return file;
        } catch (VfioException unknown) {
            throw Teardown.after(unknown, file::close);
        }
    }

    private void checkApiVersion() {
        try {
            int version = apiVersion();
            if (version != VfioRequests.API_VERSION) {
                throw new VfioException(
                        path(), "VFIO_GET_API_VERSION", "version " + version + "; jvfio knows 0");
            }
        } catch (KernelException refused) {
            throw refused.about(path());
        }
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
        done(VfioRequests.IOMMU_MAP_DMA, request(VfioRequests.IOMMU_MAP_DMA, mapping));
    }

    /**
     * Stops devices reaching a range.
     *
     * @return how many bytes were unmapped; fewer than asked for where nothing was mapped
     */
    public long unmap(Type1DmaUnmap mapping) throws KernelException {
        done(VfioRequests.IOMMU_UNMAP_DMA, request(VfioRequests.IOMMU_UNMAP_DMA, mapping));
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

    /** What the sPAPR TCE IOMMU can do. */
    public SpaprTceInfo tceInfo() throws KernelException {
        SpaprTceInfo info = new SpaprTceInfo();
        request(VfioRequests.SPAPR_TCE_GET_INFO, info);
        return info;
    }

    /** Lets the sPAPR TCE IOMMU of version 1 map; the whole window counts as locked from now on. */
    public void enable() throws KernelException {
        request(VfioRequests.IOMMU_ENABLE, 0);
    }

    /** Lets it map no more. */
    public void disable() throws KernelException {
        request(VfioRequests.IOMMU_DISABLE, 0);
    }

    /** Pins memory that the sPAPR TCE IOMMU of version 2 may map from now on. */
    public void register(SpaprRegisterMemory memory) throws KernelException {
        int result = request(VfioRequests.SPAPR_REGISTER_MEMORY, memory);
        if (result > 0) {
            // The pages that could be pinned; the kernel has let go of them again.
            throw new KernelException(VfioRequests.SPAPR_REGISTER_MEMORY.name(), Errno.EFAULT);
        }
    }

    /** Unpins what was registered, with the same address and size; nothing of it is mapped. */
    public void unregister(SpaprRegisterMemory memory) throws KernelException {
        request(VfioRequests.SPAPR_UNREGISTER_MEMORY, memory);
    }

    /** Makes a window. */
    public void createWindow(SpaprTceCreate window) throws KernelException {
        request(VfioRequests.SPAPR_TCE_CREATE, window);
    }

    /** Removes a window. */
    public void removeWindow(SpaprTceRemove window) throws KernelException {
        request(VfioRequests.SPAPR_TCE_REMOVE, window);
    }

    /**
     * Handles errors of the group, which must be the only one.
     *
     * @return the endpoint's state, if that was the question
     */
    public int handleErrors(EehPeOp operation) throws KernelException {
        return request(VfioRequests.EEH_PE_OP, operation);
    }

    /** POWER's IOMMU answers 1 where it should refuse a range that is no range of one window. */
    private static void done(Ioctl request, int result) throws KernelException {
        if (result > 0) {
            throw new KernelException(request.name(), Errno.EINVAL);
        }
    }
}
