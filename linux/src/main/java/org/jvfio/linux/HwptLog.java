// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.linux.uapi.HwptGetDirtyBitmap;

/**
 * The log that page tables of an iommufd keep of what devices write through them.
 *
 * <p>Source: {@code IOMMU_HWPT_SET_DIRTY_TRACKING}, {@code IOMMU_HWPT_GET_DIRTY_BITMAP}.
 */
public final class HwptLog {
    private final IommuFd file;
    private final int pageTables;
    private final HwptGetDirtyBitmap clearing;
    private final HwptGetDirtyBitmap looking;
    private boolean started;

    /** The log of these page tables, which were allocated with dirty tracking. */
    public HwptLog(IommuFd file, int pageTables) {
        this.file = file;
        this.pageTables = pageTables;
        this.clearing = new HwptGetDirtyBitmap(pageTables, 0);
        this.looking = new HwptGetDirtyBitmap(pageTables, HwptGetDirtyBitmap.NO_CLEAR);
    }

    /** Begins with nothing dirty; where that was done, goes on. */
    public void start() throws KernelException {
        if (!started) {
            file.trackDirtyPages(pageTables, true);
            started = true;
        }
    }

    /** Ends the log. Nothing happens where there is none. */
    public void stop() throws KernelException {
        if (started) {
            file.trackDirtyPages(pageTables, false);
            started = false;
        }
    }

    /** Whether it was started and not stopped. */
    public boolean isStarted() {
        return started;
    }

    /**
     * Sets the bits of the pages that devices wrote, and takes these for clean.
     *
     * @param first the device address of bit 0, from which on all of {@code length} is mapped
     * @param bitmap where the bitmap is in this process
     */
    public void collect(long first, long length, long pageSize, long bitmap)
            throws KernelException {
        file.dirtyPages(clearing.set(first, length, pageSize, bitmap));
    }

    /** Sets the bits of the same pages, which stay dirty: what comes next is that they go. */
    public void look(long first, long length, long pageSize, long bitmap) throws KernelException {
        file.dirtyPages(looking.set(first, length, pageSize, bitmap));
    }
}
