// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.ProcessMemory;

/**
 * The memory of this process, which is real: anonymous pages come from the machine's own kernel.
 *
 * <p>What was given out here is known; of other memory the machine's {@code /proc/self/maps} tells
 * whether it is there.
 */
final class UserMemory {
    private record Area(long start, long end, int protection) {}

    private static final int LARGE_PAGE_FLAGS = 1 << Fcntl.MAP_HUGE_SHIFT;

    private final Kernel real;
    private final long pageSize;
    private final NavigableMap<Long, Area> areas = new TreeMap<>();

    UserMemory(Kernel real, long pageSize) {
        this.real = real;
        this.pageSize = pageSize;
    }

    /** Anonymous pages, as {@code mmap} gives them. */
    long map(long address, long length, int protection, int flags) {
        int anonymous = (flags & ~Fcntl.MAP_SHARED) | Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        long mapped =
                (flags & Fcntl.MAP_HUGETLB) != 0
                        ? mapLarge(length, protection, anonymous)
                        : mapReal(address, length, protection, anonymous, -1, 0);
        return noted(mapped, length, protection);
    }

    /** Pages of a file of the machine's own, as {@code mmap} gives them. */
    long mapFile(int file, long address, long length, int protection, int flags, long offset) {
        long mapped = mapReal(address, length, protection, flags, file, offset);
        return noted(mapped, length, protection);
    }

    private long noted(long mapped, long length, int protection) {
        forget(mapped, mapped + rounded(length));
        areas.put(mapped, new Area(mapped, mapped + rounded(length), protection));
        return mapped;
    }

    /** Pages of this machine, which may be larger than those of the real one. */
    private long mapReal(
            long address, long length, int protection, int flags, int file, long offset) {
        long bytes = rounded(length);
        long mapped = checked(real.mmap(address, bytes, protection, flags, file, offset));
        if ((mapped & pageSize - 1) == 0) {
            return mapped;
        }
        real.munmap(mapped, bytes);
        int there = flags | Fcntl.MAP_FIXED;
        return checked(real.mmap(room(bytes, pageSize), bytes, protection, there, file, offset));
    }

    private static long checked(long mapped) {
        Refused.when(mapped < 0 && mapped >= -4095, Errno.of((int) -mapped));
        return mapped;
    }

    /** Addresses that nothing is at, from a multiple of {@code size} on. */
    private long room(long length, long size) {
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        long room = checked(real.mmap(0, length + size, Fcntl.PROT_NONE, flags, -1, 0));
        long start = room + size - 1 & -size;
        if (start > room) {
            real.munmap(room, start - room);
        }
        if (start < room + size) {
            real.munmap(start + length, room + size - start);
        }
        return start;
    }

    /**
     * Usual pages in place of large ones, of which this machine has enough; they lie as those do.
     */
    private long mapLarge(long length, int protection, int flags) {
        int plain = (flags & LARGE_PAGE_FLAGS - 1 & ~Fcntl.MAP_HUGETLB) | Fcntl.MAP_FIXED;
        long size = 1L << (flags >>> Fcntl.MAP_HUGE_SHIFT);
        Refused.when((length & size - 1) != 0, Errno.EINVAL);
        return checked(real.mmap(room(length, size), length, protection, plain, -1, 0));
    }

    /** Gives back what is ours of a range. */
    void unmap(long address, long length) {
        long end = address + rounded(length);
        for (Area area : overlapping(address, end)) {
            long start = Math.max(area.start(), address);
            real.munmap(start, Math.min(area.end(), end) - start);
        }
        forget(address, end);
    }

    long rounded(long length) {
        return (length + pageSize - 1) & -pageSize;
    }

    private List<Area> overlapping(long start, long end) {
        List<Area> found = new ArrayList<>();
        Map.Entry<Long, Area> below = areas.lowerEntry(start);
        if (below != null && below.getValue().end() > start) {
            found.add(below.getValue());
        }
        found.addAll(areas.subMap(start, end).values());
        return found;
    }

    private void forget(long start, long end) {
        for (Area area : overlapping(start, end)) {
            areas.remove(area.start());
            if (area.start() < start) {
                areas.put(area.start(), new Area(area.start(), start, area.protection()));
            }
            if (area.end() > end) {
                areas.put(end, new Area(end, area.end(), area.protection()));
            }
        }
    }

    /** Whether the whole range is there, and may be written if {@code write}. */
    boolean holds(long address, long length, boolean write) {
        if (!UserBytes.plausible(address, length)) {
            return false;
        }
        int needed = write ? Fcntl.PROT_READ | Fcntl.PROT_WRITE : Fcntl.PROT_READ;
        return covers(areas, address, address + length, needed)
                || covers(realAreas(), address, address + length, needed);
    }

    private static boolean covers(
            NavigableMap<Long, Area> areas, long start, long end, int needed) {
        long at = start;
        while (at < end) {
            Map.Entry<Long, Area> entry = areas.floorEntry(at);
            if (entry == null
                    || entry.getValue().end() <= at
                    || (entry.getValue().protection() & needed) != needed) {
                return false;
            }
            at = entry.getValue().end();
        }
        return true;
    }

    private NavigableMap<Long, Area> realAreas() {
        try {
            NavigableMap<Long, Area> found = new TreeMap<>();
            real.files()
                    .read("/proc/self/maps")
                    .lines()
                    .map(UserMemory::area)
                    .forEach(area -> found.put(area.start(), area));
            return found;
        } catch (KernelException unreadable) {
            throw new IllegalStateException("the machine's own memory map", unreadable);
        }
    }

    /** Reads a line like {@code "7f0000000000-7f0000001000 rw-p …"}. */
    private static Area area(String line) {
        int dash = line.indexOf('-');
        int space = line.indexOf(' ');
        int protection =
                (line.charAt(space + 1) == 'r' ? Fcntl.PROT_READ : 0)
                        | (line.charAt(space + 2) == 'w' ? Fcntl.PROT_WRITE : 0);
        return new Area(
                Long.parseUnsignedLong(line, 0, dash, 16),
                Long.parseUnsignedLong(line, dash + 1, space, 16),
                protection);
    }

    /** Keeps a copy, for those who pinned them, of pages that the process is about to lose. */
    void orphan(Iterable<DmaMapping> pinned, long start, long end) {
        for (DmaMapping mapping : pinned) {
            long first = Math.max(start, mapping.vaddr & -pageSize);
            long last = Math.min(end, mapping.vaddr + mapping.length);
            for (long page = first; page < last; page += pageSize) {
                mapping.orphans.computeIfAbsent(page, this::copyOf);
            }
        }
    }

    private byte[] copyOf(long page) {
        byte[] copy = new byte[(int) pageSize];
        if (holds(page, pageSize, false)) {
            ProcessMemory.view(page, copy.length).get(0, copy);
        }
        return copy;
    }

    /** Whether the pages behind a part of a mapping are still there for a device to reach. */
    boolean reachable(DmaMapping mapping, long offset, long length) {
        long first = mapping.vaddr + offset;
        if (holds(first, length, mapping.writable)) {
            return true;
        }
        for (long page = first & -pageSize; page < first + length; page += pageSize) {
            if (!mapping.orphans.containsKey(page) && !holds(page, pageSize, mapping.writable)) {
                return false;
            }
        }
        return true;
    }

    /** Copies between a device and the pages behind a mapping. */
    void copy(DmaMapping mapping, long offset, byte[] bytes, int at, int length, boolean write) {
        long address = mapping.vaddr + offset;
        for (int done = 0; done < length; ) {
            long page = address + done & -pageSize;
            int within = (int) (address + done - page);
            int part = (int) Math.min(length - done, pageSize - within);
            byte[] orphan = mapping.orphans.get(page);
            if (orphan != null && write) {
                System.arraycopy(bytes, at + done, orphan, within, part);
            } else if (orphan != null) {
                System.arraycopy(orphan, within, bytes, at + done, part);
            } else if (write) {
                ProcessMemory.view(address + done, part).put(0, bytes, at + done, part);
            } else {
                ProcessMemory.view(address + done, part).get(0, bytes, at + done, part);
            }
            done += part;
        }
    }
}
