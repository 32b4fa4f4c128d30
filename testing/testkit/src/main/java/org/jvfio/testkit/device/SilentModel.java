// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/** A function that has an identity and does nothing: a bridge, a device of another driver. */
public final class SilentModel implements PciModel {
    private final byte[] configuration;

    /** A function with these identifiers; {@code classCode} has three bytes. */
    public SilentModel(int vendor, int device, int classCode) {
        configuration = new ConfigBytes(256, vendor, device, classCode, 0).toArray();
    }

    @Override
    public String name() {
        return "silent";
    }

    @Override
    public byte[] configuration() {
        return configuration.clone();
    }

    @Override
    public List<Bar> bars() {
        return List.of();
    }

    @Override
    public boolean resettable() {
        return false;
    }

    @Override
    public void connect(DeviceBus bus) {}

    @Override
    public long read(int bar, long offset, int width) {
        return -1;
    }

    @Override
    public void write(int bar, long offset, int width, long value) {}

    @Override
    public void reset() {}
}
