// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/** A virtual function of an {@link IgbModel}: two BARs and three MSI-X vectors. */
final class IgbVirtualFunction implements PciModel {
    static final int DEVICE = 0x10ca;

    private static final List<Bar> BARS =
            List.of(
                    new Bar(0, 0x4000, true, (byte) 0, List.of()),
                    new Bar(3, 0x4000, true, (byte) 0, List.of()));

    @Override
    public String name() {
        return "igbvf";
    }

    @Override
    public byte[] configuration() {
        return new ConfigBytes(4096, 0x8086, DEVICE, 0x020000, 0x01)
                .virtual()
                .subsystem(0x1af4, 0x1100)
                .bar(0, 0x8, true)
                .bar(3, 0x8, true)
                .capability(0xa0, 0x10, 0x02, 0, 0x20, 0x80, 0, 0x10)
                .capability(0x70, 0x11, 0x02, 0, 0x03, 0, 0, 0, 0x03, 0x20)
                .extended(0x100, 0x0001, 1)
                .extended(0x150, 0x000e, 1)
                .toArray();
    }

    @Override
    public List<Bar> bars() {
        return BARS;
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public void connect(DeviceBus bus) {}

    @Override
    public long read(int bar, long offset, int width) {
        return 0;
    }

    @Override
    public void write(int bar, long offset, int width, long value) {}

    @Override
    public void reset() {}
}
