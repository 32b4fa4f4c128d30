// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.linux.uapi.HwInfo;
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
import org.jvfio.linux.uapi.IommuOption;
import org.jvfio.linux.uapi.IommufdRequests;

/**
 * An open {@code /dev/iommu}: address spaces (IOAS) and page tables, by their ids within this file.
 */
public final class IommuFd extends KernelFile {
    private static final int USUAL_RANGES = 16;
    private static final int TRIES = 8;
    // No object of a file has this id.
    private static final int NO_OBJECT = 0;

    private IommuFd(Kernel kernel, int fd, String path, boolean owned) {
        super(kernel, fd, path, owned);
    }

    /** Opens a file of its own at {@code path}. */
    public static IommuFd open(Kernel kernel, String path) throws KernelException {
        return new IommuFd(kernel, openDescriptor(kernel, path), path, true);
    }

    /** A file that somebody else opened and will close. */
    public static IommuFd borrow(Kernel kernel, int fd) {
        return new IommuFd(kernel, fd, passed(fd), false);
    }

    /** A file that somebody else opened and that is now ours to close. */
    public static IommuFd own(Kernel kernel, int fd) {
        return new IommuFd(kernel, fd, passed(fd), true);
    }

    private static String passed(int fd) {
        return "iommufd (descriptor " + fd + ")";
    }

    /** Makes an empty address space and answers its id. */
    public int allocateIoas() throws KernelException {
        IoasAlloc allocation = new IoasAlloc();
        request(IommufdRequests.IOAS_ALLOC, allocation);
        return allocation.ioas();
    }

    /**
     * Destroys an object that nothing uses any more.
     *
     * @throws KernelException {@code EBUSY} while a device is attached, {@code ENOENT} for an id
     *     that is not one
     */
    public void destroy(int id) throws KernelException {
        request(IommufdRequests.DESTROY, new IommuDestroy(id));
    }

    /** What can be mapped in an address space; it changes as devices are attached and detached. */
    public IoasIovaRanges iovaRanges(int ioas) throws KernelException {
        int room = USUAL_RANGES;
        for (int tries = 1; ; tries++) {
            IoasIovaRanges ranges = new IoasIovaRanges(ioas, room);
            try {
                request(IommufdRequests.IOAS_IOVA_RANGES, ranges);
                return ranges;
            } catch (KernelException e) {
                if (!e.errno().equals(Errno.EMSGSIZE)
                        || ranges.available() <= room
                        || tries == TRIES) {
                    throw e;
                }
                room = ranges.available();
            }
        }
    }

    /** Lets the devices of an address space reach memory of this process, which is pinned. */
    public void map(IoasMap mapping) throws KernelException {
        request(IommufdRequests.IOAS_MAP, mapping);
    }

    /**
     * Stops devices reaching a range.
     *
     * @return how many bytes were unmapped
     * @throws KernelException {@code ENOENT} if nothing is mapped there, also where the whole space
     *     was asked for
     */
    public long unmap(IoasUnmap mapping) throws KernelException {
        request(IommufdRequests.IOAS_UNMAP, mapping);
        return mapping.length();
    }

    /** Lets the devices of an address space reach a file of memory, which is pinned. */
    public void map(IoasMapFile mapping) throws KernelException {
        request(IommufdRequests.IOAS_MAP_FILE, mapping);
    }

    /** Whether this kernel maps files at all (Linux 6.13); maps nothing. */
    public boolean mapsFiles() {
        try {
            map(new IoasMapFile().to(NO_OBJECT, 0, 0));
            return true;
        } catch (KernelException refused) {
            return !refused.errno().equals(Errno.ENOTTY);
        }
    }

    /**
     * Maps once more what is mapped already.
     *
     * @throws KernelException {@code ENOENT} unless all of it is mapped, {@code EPERM} if devices
     *     could then write where they could not
     */
    public void copy(IoasCopy copy) throws KernelException {
        request(IommufdRequests.IOAS_COPY, copy);
    }

    /**
     * Keeps these device addresses usable whichever devices join, and lets the kernel choose from
     * them alone; none lifts that again.
     *
     * @throws KernelException {@code EADDRINUSE} if one cannot be mapped now already
     */
    public void allow(int ioas, List<IovaRange> ranges) throws KernelException {
        request(IommufdRequests.IOAS_ALLOW_IOVAS, new IoasAllowIovas(ioas, ranges));
    }

    /**
     * Says whether page tables of an address space may have entries for more than one page.
     *
     * @throws KernelException {@code EINVAL} if that is forbidden when something is in the tables
     */
    public void hugePages(int ioas, boolean allowed) throws KernelException {
        int option = IommuOption.HUGE_PAGES;
        request(IommufdRequests.OPTION, IommuOption.set(option, ioas, allowed ? 1 : 0));
    }

    /** What the IOMMU of a bound device says of itself, with room for its own data. */
    public HwInfo hwInfo(int device, int room) throws KernelException {
        HwInfo info = new HwInfo(device, room);
        request(IommufdRequests.GET_HW_INFO, info);
        return info;
    }

    /**
     * Makes page tables for what an address space maps, and answers their id; devices can be
     * attached to it.
     *
     * @param flags {@link HwptAlloc#DIRTY_TRACKING} and its like
     * @throws KernelException {@code EOPNOTSUPP} if the device's IOMMU cannot do that
     */
    public int allocatePageTables(int device, int ioas, int flags) throws KernelException {
        HwptAlloc allocation = new HwptAlloc(device, ioas, flags);
        request(IommufdRequests.HWPT_ALLOC, allocation);
        return allocation.pageTableId();
    }

    /** Begins to note which pages devices write through these page tables, or ends it. */
    public void trackDirtyPages(int pageTables, boolean on) throws KernelException {
        request(IommufdRequests.HWPT_SET_DIRTY_TRACKING, new HwptSetDirtyTracking(pageTables, on));
    }

    /** Sets the bits of the pages that devices wrote. */
    public void dirtyPages(HwptGetDirtyBitmap question) throws KernelException {
        request(IommufdRequests.HWPT_GET_DIRTY_BITMAP, question);
    }
}
