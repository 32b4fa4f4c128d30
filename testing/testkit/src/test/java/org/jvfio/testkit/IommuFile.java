// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Struct;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommuDestroy;
import org.jvfio.linux.uapi.IommufdRequests;

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
}
