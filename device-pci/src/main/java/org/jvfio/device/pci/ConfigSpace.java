// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.Region;

/** Configuration space, over the region that the kernel shows it in. */
final class ConfigSpace implements PciConfig {
    private final Region region;

    ConfigSpace(Region region) {
        this.region = region;
    }

    @Override
    public long size() {
        return region.size();
    }

    @Override
    public byte getByte(long offset) {
        return region.getByte(offset);
    }

    @Override
    public short getShort(long offset) {
        return region.getShort(offset);
    }

    @Override
    public int getInt(long offset) {
        return region.getInt(offset);
    }

    @Override
    public long getLong(long offset) {
        return region.getLong(offset);
    }

    @Override
    public void putByte(long offset, byte value) {
        region.putByte(offset, value);
    }

    @Override
    public void putShort(long offset, short value) {
        region.putShort(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
        region.putInt(offset, value);
    }

    @Override
    public void putLong(long offset, long value) {
        region.putLong(offset, value);
    }

    @Override
    public List<PciCapability> capabilities() {
        return CapabilityWalk.of(region);
    }

    @Override
    public String toString() {
        return region.toString();
    }
}
