// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.List;
import org.jvfio.DmaWindow;
import org.jvfio.IovaRange;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.uapi.SpaprTceCreate;
import org.jvfio.linux.uapi.SpaprTceInfo;
import org.jvfio.linux.uapi.SpaprTceRemove;
import org.jvfio.spi.DmaWindows;

/** The windows of a container: those that it begins with, and those that it makes. */
final class TceWindows implements DmaWindows {
    /** The kernel does not say so, but the 32-bit window has pages of 4 KiB everywhere. */
    private static final int FIRST_PAGE_SHIFT = 12;

    private static final int ENTRY_SHIFT = 3;

    /** How many bits of an address a level of a table takes, beyond those of a page of the host. */
    private static final int LEVEL_BITS = 8;

    private final ContainerFd file;
    private final DmaWindow first;
    private final long pageSizes;
    private final int most;
    private final int mostLevels;
    private final int levelBits;

    TceWindows(ContainerFd file, SpaprTceInfo info, long hostPageSize) {
        this.file = file;
        this.first =
                new DmaWindow(
                        IovaRange.of(info.windowStart(), info.windowSize()), FIRST_PAGE_SHIFT);
        this.pageSizes = info.pageSizes();
        this.most = info.mostWindows();
        this.mostLevels = Math.max(1, info.mostLevels());
        this.levelBits = Long.numberOfTrailingZeros(hostPageSize) + LEVEL_BITS;
    }

    @Override
    public List<DmaWindow> first() {
        return List.of(first);
    }

    @Override
    public int most() {
        return most;
    }

    @Override
    public long pageSizes() {
        return pageSizes;
    }

    /** The table of the first window, which the kernel makes when something is mapped. */
    long firstTableBytes() {
        return tableBytes(first.range().length(), FIRST_PAGE_SHIFT);
    }

    private static long tableBytes(long bytes, int pageShift) {
        return bytes >>> pageShift << ENTRY_SHIFT;
    }

    /** With as few levels as the table may need, and more where the kernel wants that. */
    @Override
    public DmaWindow create(long bytes, int pageShift) {
        int levels = Math.min(mostLevels, levels(bytes, pageShift));
        while (true) {
            try {
                SpaprTceCreate window = new SpaprTceCreate(pageShift, bytes, levels);
                file.createWindow(window);
                return new DmaWindow(IovaRange.of(window.start(), bytes), pageShift);
            } catch (KernelException refused) {
                if (levels >= mostLevels) {
                    throw refused.about(
                            "window of 0x%x bytes, pages of 2^%d, on %s"
                                    .formatted(bytes, pageShift, file.path()),
                            advice(refused.errno(), bytes, pageShift));
                }
                levels++;
            }
        }
    }

    private int levels(long bytes, int pageShift) {
        int bits = Long.numberOfTrailingZeros(bytes) - pageShift + ENTRY_SHIFT;
        return Math.max(1, (bits + levelBits - 1) / levelBits);
    }

    private String advice(Errno errno, long bytes, int pageShift) {
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(file.kernel()).advice(tableBytes(bytes, pageShift));
        }
        if (errno.equals(Errno.ENOSPC)) {
            return "no window is left; remove one";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "the host bridge makes none that is so large, or none with such pages";
        }
        if (errno.equals(Errno.EPERM)) {
            return "a 64-bit window is there, and the kernel makes none beside it; remove that"
                    + " first";
        }
        if (errno.equals(Errno.ENODEV)) {
            return "the firmware refused, and the kernel asks it no more before the machine is"
                    + " booted again";
        }
        return errno.meaning();
    }

    @Override
    public void remove(DmaWindow window) {
        try {
            file.removeWindow(new SpaprTceRemove(window.range().first()));
        } catch (KernelException refused) {
            throw refused.about(window + " on " + file.path());
        }
    }
}
