// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * A hardware page table (hwpt) of an IOAS, which holds all that the IOAS maps.
 *
 * <p>All devices of this machine are behind one IOMMU, so any table serves any device. A table that
 * was made because a device joined the IOAS goes with its last device; one that was asked for stays
 * until it is destroyed, and may track which pages devices write.
 */
final class PageTables implements IommufdFile.Member {
    private final IommufdFile file;
    private final Ioas ioas;
    private final boolean automatic;
    private final @Nullable WrittenPages dirty;
    private int id;
    private int devices;

    private PageTables(
            IommufdFile file, Ioas ioas, boolean automatic, @Nullable WrittenPages dirty) {
        this.file = file;
        this.ioas = ioas;
        this.automatic = automatic;
        this.dirty = dirty;
    }

    /** Page tables for devices that join an IOAS; they are an object once one has joined. */
    static PageTables automatic(IommufdFile file, Ioas ioas) {
        return new PageTables(file, ioas, true, null);
    }

    /** Page tables that were asked for; everything that is mapped is pinned at once. */
    static PageTables asked(IommufdFile file, Ioas ioas, boolean tracking) {
        WrittenPages dirty = tracking ? new WrittenPages(file.machine().pageSize()) : null;
        PageTables tables = new PageTables(file, ioas, false, dirty);
        tables.enter();
        return tables;
    }

    private void enter() {
        ioas.add(this);
        id = file.add(this);
    }

    int id() {
        return id;
    }

    Ioas ioas() {
        return ioas;
    }

    boolean isAutomatic() {
        return automatic;
    }

    /** The pages that devices wrote, where that can be tracked. */
    WrittenPages dirty() {
        if (dirty == null) {
            throw new Refused(Errno.EOPNOTSUPP);
        }
        return dirty;
    }

    /** A device wrote there. */
    void written(long iova, long length) {
        if (dirty != null) {
            dirty.written(iova, iova + length - 1);
        }
    }

    /** Nothing is mapped there any more. */
    void emptied(long first, long last) {
        if (dirty != null) {
            dirty.clear(first, last);
        }
    }

    /** Takes one device more. */
    void join() {
        if (automatic && devices == 0) {
            enter();
        }
        devices++;
    }

    void leave() {
        if (--devices == 0 && automatic) {
            file.remove(id);
            ioas.remove(this);
        }
    }

    @Override
    public boolean inUse() {
        return devices > 0;
    }

    @Override
    public void destroy() {
        ioas.remove(this);
    }
}
