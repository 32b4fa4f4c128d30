// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;

/** A container with a type 1 IOMMU, and the first edu's group in it. */
final class Type1 {
    static final int READ_WRITE = Type1DmaMap.READ | Type1DmaMap.WRITE;

    final Seam seam;
    final int fd;
    final int group;

    private Type1(Seam seam, int fd, int group) {
        this.seam = seam;
        this.fd = fd;
        this.group = group;
    }

    static Type1 version1(Seam seam) {
        return open(seam, VfioRequests.TYPE1_IOMMU);
    }

    static Type1 version2(Seam seam) {
        return open(seam, VfioRequests.TYPE1V2_IOMMU);
    }

    static Type1 open(Seam seam, int type) {
        int container = seam.open("/dev/vfio/vfio");
        int group = seam.open("/dev/vfio/" + Seam.EDU_GROUP);
        Type1 opened = new Type1(seam, container, group);
        assertEquals(0, opened.join(group));
        assertEquals(0, opened.setIommu(type));
        return opened;
    }

    int join(int other) {
        return seam.ioctl(other, VfioRequests.GROUP_SET_CONTAINER, Words.of(fd));
    }

    int setIommu(int type) {
        return seam.ioctl(fd, VfioRequests.SET_IOMMU, type);
    }

    int extension(int extension) {
        return seam.ioctl(fd, VfioRequests.CHECK_EXTENSION, extension);
    }

    int map(long iova, long vaddr, long size) {
        return map(iova, vaddr, size, READ_WRITE);
    }

    int map(long iova, long vaddr, long size, int flags) {
        Type1DmaMap map = new Type1DmaMap().set(iova, vaddr, size, flags);
        return seam.ioctl(fd, VfioRequests.IOMMU_MAP_DMA, map);
    }

    long unmap(long iova, long size) {
        return unmap(iova, size, 0);
    }

    /** The bytes that were unmapped, or a negated errno. */
    long unmap(long iova, long size, int flags) {
        return unmap(new Type1DmaUnmap().set(iova, size, flags));
    }

    long unmap(Type1DmaUnmap unmap) {
        int result = seam.ioctl(fd, VfioRequests.IOMMU_UNMAP_DMA, unmap);
        return result < 0 ? result : unmap.size();
    }

    /** Starts or stops tracking. */
    int track(int flags) {
        return seam.ioctl(fd, VfioRequests.IOMMU_DIRTY_PAGES, new Type1DirtyBitmap().set(flags));
    }
}
