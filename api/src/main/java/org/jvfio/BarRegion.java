// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import org.jvfio.device.Region;

/**
 * A BAR of an assigned device, where the guest's memory map has it: other devices reach it there.
 *
 * <p>That is peer-to-peer, and may be refused or go away for a time ({@link PeerMapping}); it is
 * never a failure, and {@link MemoryListener#states} says how it stands.
 *
 * <p><b>Lifetime.</b> Its section may stay when the device is closed; nothing is mapped then.
 *
 * @param name for messages
 * @param region a region of an open device
 */
public record BarRegion(String name, Region region) implements MemoryRegion {
    @Override
    public long size() {
        return region.size();
    }

    @Override
    public String toString() {
        return name;
    }
}
