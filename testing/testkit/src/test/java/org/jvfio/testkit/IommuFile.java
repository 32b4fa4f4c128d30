// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Struct;
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DetachPt;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.HwptGetDirtyBitmap;
import org.jvfio.linux.uapi.HwptSetDirtyTracking;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasAllowIovas;
import org.jvfio.linux.uapi.IoasCopy;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasMapFile;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommuDestroy;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;

/** An open {@code /dev/iommu}; each request answers as the system call does. */
final class IommuFile {
    static final int READ_WRITE = IoasMap.READABLE | IoasMap.WRITEABLE;
    static final int FIXED = READ_WRITE | IoasMap.FIXED_IOVA;

    final Seam seam;
    final int fd;

    IommuFile(Seam seam) {
        this.seam = seam;
        this.fd = seam.open("/dev/iommu");
    }

    int call(Ioctl request, Struct argument) {
        return seam.ioctl(fd, request, argument);
    }

    int allocate() {
        IoasAlloc alloc = new IoasAlloc();
        assertEquals(0, call(IommufdRequests.IOAS_ALLOC, alloc));
        return alloc.ioas();
    }

    int destroy(int id) {
        return call(IommufdRequests.DESTROY, new IommuDestroy(id));
    }

    IoasIovaRanges ranges(int ioas) {
        IoasIovaRanges ranges = new IoasIovaRanges(ioas, 8);
        assertEquals(0, call(IommufdRequests.IOAS_IOVA_RANGES, ranges));
        return ranges;
    }

    int map(int ioas, long iova, long vaddr, long length) {
        return map(ioas, iova, vaddr, length, FIXED);
    }

    int map(int ioas, long iova, long vaddr, long length, int flags) {
        return call(IommufdRequests.IOAS_MAP, new IoasMap().set(ioas, iova, vaddr, length, flags));
    }

    /** Maps as a VFIO container. */
    int mapDma(long iova, long vaddr, long size, int flags) {
        return call(VfioRequests.IOMMU_MAP_DMA, new Type1DmaMap().set(iova, vaddr, size, flags));
    }

    /** Unmaps as a VFIO container: the bytes that were unmapped, or a negated errno. */
    long unmapDma(long iova, long size, int flags) {
        Type1DmaUnmap unmap = new Type1DmaUnmap().set(iova, size, flags);
        int result = call(VfioRequests.IOMMU_UNMAP_DMA, unmap);
        return result < 0 ? result : unmap.size();
    }

    /** Chooses the type of IOMMU as of a VFIO container. */
    int setIommu(int type) {
        return seam.ioctl(fd, VfioRequests.SET_IOMMU, type);
    }

    /** The address that the kernel chose, or a negated errno. */
    long mapAnywhere(int ioas, long vaddr, long length) {
        IoasMap map = new IoasMap().set(ioas, 0x123, vaddr, length, READ_WRITE);
        int result = call(IommufdRequests.IOAS_MAP, map);
        return result < 0 ? result : map.iova();
    }

    /** The bytes that were unmapped, or a negated errno. */
    long unmap(int ioas, long iova, long length) {
        IoasUnmap unmap = new IoasUnmap().set(ioas, iova, length);
        int result = call(IommufdRequests.IOAS_UNMAP, unmap);
        return result < 0 ? result : unmap.length();
    }

    int allow(int ioas, IovaRange... ranges) {
        return call(IommufdRequests.IOAS_ALLOW_IOVAS, new IoasAllowIovas(ioas, List.of(ranges)));
    }

    /** Where the copy is, or a negated errno. */
    long copy(int from, long iova, long length, int to, long at, int flags) {
        IoasCopy copy = new IoasCopy().from(from, iova, length).to(to, at, flags);
        int result = call(IommufdRequests.IOAS_COPY, copy);
        return result < 0 ? result : copy.iova();
    }

    /** Where the file is, or 0 where that was said, or a negated errno. */
    long mapFile(int ioas, long iova, int file, long start, long length, int flags) {
        IoasMapFile map = new IoasMapFile().from(file, start, length).to(ioas, iova, flags);
        int result = call(IommufdRequests.IOAS_MAP_FILE, map);
        boolean chosen = (flags & IoasMap.FIXED_IOVA) == 0;
        return result == 0 && chosen ? map.iova() : result;
    }

    /** Opens a device by its own file and binds it. */
    int bound(String name) {
        int device = seam.open(Bound.cdev(seam, name));
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, new BindIommufd(fd)));
        return device;
    }

    /** The page table that was attached, or a negated errno. */
    int attach(int device, int id) {
        AttachPt attach = new AttachPt(id);
        int result = seam.ioctl(device, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, attach);
        return result < 0 ? result : attach.pageTableId();
    }

    int detach(int device) {
        return seam.ioctl(device, VfioRequests.DEVICE_DETACH_IOMMUFD_PT, new DetachPt());
    }

    /** The new page table, or a negated errno. */
    int pageTables(int device, int ioas, int flags) {
        HwptAlloc alloc = new HwptAlloc(device, ioas, flags);
        int result = call(IommufdRequests.HWPT_ALLOC, alloc);
        return result < 0 ? result : alloc.pageTableId();
    }

    int track(int tables, boolean on) {
        return call(IommufdRequests.HWPT_SET_DIRTY_TRACKING, new HwptSetDirtyTracking(tables, on));
    }

    int dirty(int tables, int flags, long iova, long length, long granule, long bitmap) {
        HwptGetDirtyBitmap question = new HwptGetDirtyBitmap(tables, flags);
        return call(
                IommufdRequests.HWPT_GET_DIRTY_BITMAP, question.set(iova, length, granule, bitmap));
    }
}
