// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.ConfigBytes;
import org.jvfio.testkit.device.DeviceBus;
import org.jvfio.testkit.device.PciModel;

/** A vendor's model whose capabilities lead back to themselves. */
class LoopingModelTest {
    private static final String NAME = "0000:00:05.0";

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void machineIsBuiltAllTheSame() {
        try (SimKernel kernel =
                SimKernel.builder().device(SimDevice.of(NAME, new Looping())).build()) {
            assertTrue(kernel.files().exists("/sys/bus/pci/devices/" + NAME));
        }
    }

    private static final class Looping implements PciModel {
        @Override
        public String name() {
            return "looping";
        }

        @Override
        public byte[] configuration() {
            byte[] bytes = new ConfigBytes(256, 1, 2, 0xff0000, 0).capability(0x40, 0x09).toArray();
            bytes[0x41] = 0x40;
            return bytes;
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
            return 0;
        }

        @Override
        public void write(int bar, long offset, int width, long value) {}

        @Override
        public void reset() {}
    }
}
