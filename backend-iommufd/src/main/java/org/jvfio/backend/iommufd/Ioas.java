// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.linux.Errno;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.IoasIovaRanges;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasMapFile;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.FileMapping;
import org.jvfio.spi.VFIOIOMMUOps;

/** An I/O address space of an iommufd object: what is mapped in all of its page tables. */
final class Ioas implements VFIOIOMMUOps, FileMapping {
    private static final long EVERYTHING = -1;

    /**
     * A device without an IOMMU of its own (mdev), an IOMMU that says nothing, Linux before 6.7.
     */
    private static final Set<Errno> UNTOLD = Set.of(Errno.ENOENT, Errno.EOPNOTSUPP, Errno.ENOTTY);

    private final IommufdObject object;
    private final IommuFd file;
    private final int id;
    private final String name;
    private final IoasMap mapping = new IoasMap();
    private final IoasMapFile fileMapping = new IoasMapFile();
    private final IoasUnmap unmapping = new IoasUnmap();
    private final Set<Integer> devices = new HashSet<>();
    private final boolean mapsFiles;
    private final PageTableSet pageTables;
    private final DirtyTracking tracking;
    private boolean closed;

    private Ioas(IommufdObject object, int id) {
        this.object = object;
        this.file = object.file();
        this.id = id;
        this.mapsFiles = file.mapsFiles();
        this.name = file.path() + " IOAS " + id;
        this.pageTables = new PageTableSet(file, id);
        this.tracking = new HwptDirtyTracking(this, pageTables);
    }

    /** A new, empty one, for the sake of a device. */
    static Ioas allocate(IommufdObject object, String device) {
        try {
            Ioas ioas = new Ioas(object, object.file().allocateIoas());
            object.enterPageTables();
            return ioas;
        } catch (KernelException refused) {
            throw refused.about(object + " (" + device + ")");
        }
    }

    IommufdObject object() {
        return object;
    }

    /** What devices are behind. */
    PageTableSet pageTables() {
        return pageTables;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<IovaRange> apertures() {
        return ranges().ranges();
    }

    @Override
    public long pageSizes() {
        return ranges().alignment();
    }

    /** Notes a device that is behind it now, by its id. */
    void enter(int device) {
        devices.add(device);
    }

    /** One of the devices has left. */
    void leave(int device) {
        devices.remove(device);
    }

    @Override
    public boolean nestingParentBypassesReadOnly() {
        return devices.stream().anyMatch(this::bypassesReadOnly);
    }

    private boolean bypassesReadOnly(int device) {
        try {
            int flags = file.hwInfo(device, HwInfo.VTD_SIZE).vtdFlags();
            return (flags & HwInfo.VTD_ERRATA_772415_SPR17) != 0;
        } catch (KernelException refused) {
            if (UNTOLD.contains(refused.errno())) {
                return false;
            }
            throw refused.about(name);
        }
    }

    /** An IOAS holds as many mappings as there is memory for. */
    @Override
    public OptionalInt mappingsLeft() {
        return OptionalInt.empty();
    }

    private IoasIovaRanges ranges() {
        try {
            return file.iovaRanges(id);
        } catch (KernelException refused) {
            throw refused.about(name);
        }
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        try {
            file.map(mapping.set(id, range.first(), vaddr, range.length(), flags(access)));
        } catch (KernelException refused) {
            throw refused.about(range + " on " + name, mapAdvice(refused.errno(), range, vaddr));
        }
    }

    @Override
    public Optional<FileMapping> fileMapping() {
        return mapsFiles ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void map(IovaRange range, int descriptor, long offset, Access access) {
        try {
            file.map(
                    fileMapping
                            .from(descriptor, offset, range.length())
                            .to(id, range.first(), flags(access)));
        } catch (KernelException refused) {
            throw refused.about(
                    range + " on " + name, fileAdvice(refused.errno(), range, descriptor, offset));
        }
    }

    private static int flags(Access access) {
        return IoasMap.FIXED_IOVA
                | (access.readable() ? IoasMap.READABLE : 0)
                | (access.writable() ? IoasMap.WRITEABLE : 0);
    }

    private String fileAdvice(Errno errno, IovaRange range, int descriptor, long offset) {
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(file.kernel()).advice(range.length());
        }
        String part = "descriptor %d from offset 0x%x".formatted(descriptor, offset);
        return errno.equals(Errno.EINVAL) || errno.equals(Errno.EFAULT)
                ? part + ": not a memfd or file of memory (tmpfs, hugetlbfs), or not all in it"
                : part + ": " + errno.meaning();
    }

    private String mapAdvice(Errno errno, IovaRange range, long vaddr) {
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(file.kernel()).advice(range.length());
        }
        if (errno.equals(Errno.EFAULT)) {
            return "not all of it is memory of this process that the device may use so, from"
                    + " vaddr 0x"
                    + Long.toHexString(vaddr)
                    + "; a PCI BAR is mapped through its dma-buf";
        }
        return errno.meaning();
    }

    @Override
    public long unmap(IovaRange range) {
        return request(range, range.first(), range.length());
    }

    @Override
    public long unmapAll() {
        return request(IovaRange.ALL, 0, EVERYTHING);
    }

    private long request(IovaRange range, long iova, long length) {
        try {
            return file.unmap(unmapping.set(id, iova, length));
        } catch (KernelException refused) {
            // Nothing is mapped there, which is what was wanted.
            if (refused.errno().equals(Errno.ENOENT)) {
                return 0;
            }
            throw refused.about(range + " on " + name);
        }
    }

    @Override
    public Optional<DirtyTracking> dirtyTracking() {
        return dirtyTrackingObstacle().isEmpty() ? Optional.of(tracking) : Optional.empty();
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        return pageTables.dirtyTrackingObstacle();
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.destroy(id);
        } catch (KernelException refused) {
            throw refused.about(name);
        } finally {
            object.leavePageTables();
        }
    }
}
