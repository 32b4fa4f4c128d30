// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import org.jvfio.DmaWindow;
import org.jvfio.DmaWindowSet;
import org.jvfio.IovaRange;

/** The windows of an address space, with its lock. */
final class LockedWindows implements DmaWindowSet {
    private final LockedPages space;

    LockedWindows(LockedPages space) {
        this.space = space;
    }

    @Override
    public List<DmaWindow> all() {
        return space.locked(pages -> pages.windows().all());
    }

    @Override
    public int most() {
        return space.locked(pages -> pages.windows().most());
    }

    @Override
    public long pageSizes() {
        return space.locked(pages -> pages.windows().pageSizes());
    }

    @Override
    public DmaWindow create(long bytes, int pageShift) {
        return space.locked(
                pages -> {
                    DmaWindow made = pages.windows().create(bytes, pageShift);
                    pages.refresh();
                    return made;
                });
    }

    @Override
    public void remove(DmaWindow window) {
        space.change(
                pages -> {
                    IovaRange mapping = pages.inUse(window.range());
                    if (mapping != null) {
                        throw new IllegalArgumentException(
                                window + ": " + mapping + " is mapped in it; unmap that first");
                    }
                    pages.windows().remove(window);
                    pages.refresh();
                });
    }

    @Override
    public String toString() {
        return all().toString();
    }
}
