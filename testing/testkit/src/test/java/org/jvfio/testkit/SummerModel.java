// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.ConfigBytes;
import org.jvfio.testkit.device.DeviceBus;
import org.jvfio.testkit.device.PciModel;
import org.jvfio.testkit.device.Register;

/** A device that sums numbers in memory: address at 0, count at 8, which starts it, sum at 12. */
final class SummerModel implements PciModel {
    private DeviceBus bus = DeviceBus.NONE;
    private long address;
    private int sum;

    @Override
    public String name() {
        return "summer";
    }

    @Override
    public byte[] configuration() { // vendor, device, class; BAR 0; MSI with one message
        return new ConfigBytes(256, 0x1234, 0x0001, 0x120000, 0)
                .bar(0, 0xfe000000, false)
                .capability(0x40, 0x05, 0x80)
                .toArray();
    }

    @Override
    public List<Bar> bars() { // what a mapped BAR shows: what starts something comes last
        Register[] registers = {
            Register.writable(0, 8), Register.writable(8, 4), Register.readOnly(12, 4)
        };
        return List.of(new Bar(0, 4096, false, (byte) 0, List.of(registers)));
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public long read(int bar, long offset, int width) {
        return offset == 0 ? address : offset == 12 ? sum : 0;
    }

    @Override
    public void write(int bar, long offset, int width, long value) {
        if (offset == 0) {
            address = value;
        } else if (offset == 8) {
            byte[] numbers = new byte[Integer.BYTES * (int) value];
            if (bus.read(address, numbers)) { // else: a fault, which the test can see
                ByteBuffer each = ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN);
                for (sum = 0; each.hasRemaining(); ) {
                    sum += each.getInt();
                }
                bus.message(0);
            }
        }
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public void reset() {
        address = 0;
        sum = 0;
    }
}
