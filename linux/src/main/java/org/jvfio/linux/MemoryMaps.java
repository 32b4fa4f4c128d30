// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.System.Logger.Level;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jvfio.VfioException;
import org.jvfio.spi.NativeMemory;

/**
 * Where a host's memory comes from: anonymous pages for DMA, and the regions of devices.
 *
 * <p>It also gives addresses back, once memory is retired and nothing refers to it any more: that
 * is looked for on each new mapping, so it takes no thread. Memory that could not be retired,
 * because the kernel had no room, is tried again on the same occasions.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
public final class MemoryMaps {
    private static final System.Logger LOG = System.getLogger(MemoryMaps.class.getName());
    private static final int READ_WRITE = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
    private static final int ANONYMOUS = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
    private static final int OVERLAY = ANONYMOUS | Fcntl.MAP_FIXED;

    /** The size of a huge page where there are any, but for kernels with pages of 64 KiB. */
    private static final long HUGE_PAGE = 2L << 20;

    private final Kernel kernel;
    private final int pageSize;
    private final ReferenceQueue<ByteBuffer> unreachable = new ReferenceQueue<>();
    private final Set<WindowReference> windows = ConcurrentHashMap.newKeySet();
    private final Set<MappedMemory> unretired = ConcurrentHashMap.newKeySet();

    MemoryMaps(Kernel kernel, int pageSize) {
        this.kernel = kernel;
        this.pageSize = pageSize;
    }

    /**
     * Zeroed memory of this process, {@code bytes} rounded up to whole pages.
     *
     * @throws VfioException if there is none left
     */
    public NativeMemory anonymous(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(bytes + " bytes of memory: at least 1");
        }
        long length = Math.addExact(bytes, pageSize - 1) & -pageSize;
        try {
            return length < HUGE_PAGE ? map(length, ANONYMOUS) : forHugePages(length);
        } catch (KernelException refused) {
            throw refused.about(
                    length + " bytes of memory", "this process can have no more; see ulimit -v");
        }
    }

    /**
     * A part of a device's region.
     *
     * @param fileOffset where it is in the device's file; whole pages
     * @param protection {@link Fcntl#PROT_READ} and {@link Fcntl#PROT_WRITE}
     */
    public NativeMemory device(DeviceFd device, long fileOffset, long length, int protection)
            throws KernelException {
        reclaim();
        return register(device.map(fileOffset, length, protection), length);
    }

    /**
     * Zeroed memory in large pages that were set aside, {@code bytes} rounded up to whole ones.
     *
     * @throws VfioException if there are too few of them
     */
    public NativeMemory hugePages(long bytes, long pageBytes) {
        if (bytes <= 0 || pageBytes <= pageSize || Long.bitCount(pageBytes) != 1) {
            throw new IllegalArgumentException(
                    ("%d bytes of memory in pages of %d: at least 1 byte, and the pages a power of"
                                    + " two above %d")
                            .formatted(bytes, pageBytes, pageSize));
        }
        long length = Math.addExact(bytes, pageBytes - 1) & -pageBytes;
        int size = Long.numberOfTrailingZeros(pageBytes) << Fcntl.MAP_HUGE_SHIFT;
        try {
            return map(length, ANONYMOUS | Fcntl.MAP_HUGETLB | size);
        } catch (KernelException refused) {
            long kib = pageBytes / 1024;
            throw refused.about(
                    length + " bytes of memory in pages of " + kib + " KiB",
                    ("%d of them are needed and not free; set more aside in"
                                    + " /sys/kernel/mm/hugepages/hugepages-%dkB/nr_hugepages")
                            .formatted(length / pageBytes, kib));
        }
    }

    private NativeMemory map(long length, int flags) throws KernelException {
        return register(mapped(length, flags), length);
    }

    /** Begins where a huge page can; what lies before and after it is never touched. */
    private NativeMemory forHugePages(long length) throws KernelException {
        long room = Math.addExact(length, HUGE_PAGE);
        long start = mapped(room, ANONYMOUS);
        long address = start + HUGE_PAGE - 1 & -HUGE_PAGE;
        // Refused where the kernel has no huge pages: usual ones do.
        kernel.madvise(address, length, Fcntl.MADV_HUGEPAGE);
        return register(new MappedMemory(this, address, length, start, room));
    }

    private long mapped(long length, int flags) throws KernelException {
        reclaim();
        long address = kernel.mmap(0, length, READ_WRITE, flags, -1, 0);
        if (address < 0 && address >= -4095) {
            throw new KernelException("mmap", Errno.of((int) -address));
        }
        return address;
    }

    private MappedMemory register(long address, long length) {
        return register(new MappedMemory(this, address, length, address, length));
    }

    private MappedMemory register(MappedMemory memory) {
        for (int i = 0; i < memory.windowCount(); i++) {
            windows.add(new WindowReference(memory.window(i), unreachable, memory.lease()));
        }
        return memory;
    }

    /** Lays zeros over {@code memory}; what was mapped there is gone. */
    void overlay(MappedMemory memory) {
        long address = memory.address();
        int noReserve = kernel.abi().mapNoreserve();
        long result = kernel.mmap(address, memory.size(), READ_WRITE, OVERLAY | noReserve, -1, 0);
        if (result != address) {
            unretired.add(memory);
            throw new KernelException("mmap", Errno.of((int) -result))
                    .about("0x%x bytes at 0x%x".formatted(memory.size(), address));
        }
        unretired.remove(memory);
    }

    /**
     * Tries again to retire what the kernel had no room to retire. A part of a device that stays
     * mapped keeps the device, and its group, from being used again.
     */
    void retireLeft() {
        for (MappedMemory memory : unretired) {
            try {
                memory.retire();
            } catch (VfioException refused) {
                // Told when it was retired first; there will be another occasion.
                LOG.log(Level.DEBUG, "still mapped", refused);
            }
        }
    }

    /** Gives back the addresses that nothing refers to any more. */
    private void reclaim() {
        retireLeft();
        for (Object gone = unreachable.poll(); gone != null; gone = unreachable.poll()) {
            WindowReference window = (WindowReference) gone;
            windows.remove(window);
            if (window.lease.returned()) {
                kernel.munmap(window.lease.address, window.lease.length);
            }
        }
    }

    /** A window that some view may still refer to. */
    private static final class WindowReference extends PhantomReference<ByteBuffer> {
        private final MappedMemory.Lease lease;

        WindowReference(
                ByteBuffer window, ReferenceQueue<ByteBuffer> queue, MappedMemory.Lease lease) {
            super(window, queue);
            this.lease = lease;
        }
    }
}
