// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.nio.ByteOrder;
import org.jvfio.DmaBuffer;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** An {@code edu} that reads and writes where it is told. For one thread. */
final class Copier implements AutoCloseable {
    private final EduDriver edu;
    private final DmaBuffer buffer;

    Copier(PciDevice device) {
        this.edu = EduDriver.start(device);
        this.buffer = device.addressSpace().allocate(Integer.BYTES);
    }

    void write(long iova, int value) {
        put(value);
        edu.load(buffer.iova(), Integer.BYTES);
        edu.store(iova, Integer.BYTES);
    }

    /** What it reads; something of its own where it reaches nothing. */
    int read(long iova) {
        put(0x5a5a5a5a);
        edu.load(buffer.iova(), Integer.BYTES);
        edu.load(iova, Integer.BYTES);
        edu.store(buffer.iova(), Integer.BYTES);
        return buffer.bytes(0, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    }

    private void put(int value) {
        buffer.bytes(0, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    }

    @Override
    public void close() {
        buffer.close();
        edu.close();
    }
}
