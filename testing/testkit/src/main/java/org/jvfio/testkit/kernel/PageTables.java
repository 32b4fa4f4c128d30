// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

/**
 * A hardware page table (hwpt) of an IOAS, which holds all that the IOAS maps.
 *
 * <p>All devices of this machine are behind one IOMMU, so any table serves any device. A table that
 * was made because a device joined the IOAS goes with its last device.
 */
final class PageTables implements IommufdFile.Member {
    private final IommufdFile file;
    private final Ioas ioas;
    private int id;
    private int devices;

    PageTables(IommufdFile file, Ioas ioas) {
        this.file = file;
        this.ioas = ioas;
    }

    int id() {
        return id;
    }

    Ioas ioas() {
        return ioas;
    }

    /** Takes one device more; with the first, everything that is mapped is pinned. */
    void join() {
        if (devices == 0) {
            ioas.add(this);
            id = file.add(this);
        }
        devices++;
    }

    void leave() {
        if (--devices == 0) {
            file.remove(id);
            ioas.remove(this);
        }
    }

    @Override
    public boolean inUse() {
        return true;
    }

    @Override
    public void destroy() {}
}
