// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommuDestroy;
import org.jvfio.linux.uapi.IommufdRequests;

/**
 * An open {@code /dev/iommu}: address spaces (IOAS) and page tables, by their ids within this file.
 */
public final class IommuFd extends KernelFile {
    private static final int USUAL_RANGES = 16;
    private static final int TRIES = 8;

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
}
