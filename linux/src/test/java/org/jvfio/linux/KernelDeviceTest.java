// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;
import org.jvfio.device.Mmio;
import org.jvfio.linux.uapi.DeviceInfo;

@Timeout(60)
final class KernelDeviceTest {
    private final ScriptedVfio kernel = new ScriptedVfio();
    private final ScriptedDevice context = new ScriptedDevice(kernel);

    @BeforeEach
    void shapeTheDevice() {
        kernel.regions.put(0, new ScriptedVfio.Shape(7, context.host().pageSize(), 0));
        kernel.regions.put(2, new ScriptedVfio.Shape(3, 0x100, 0));
        kernel.irqs.put(0, new ScriptedVfio.Irq(7, 1));
        kernel.irqs.put(2, new ScriptedVfio.Irq(1, 8));
    }

    @AfterEach
    void nothingIsLeftOpen() {
        kernel.assertNothingLeaked();
    }

    @Test
    void indexesThatTheKernelDeniesAreEmpty() {
        try (KernelDevice device = context.open()) {
            assertEquals(3, device.regionCount());
            assertEquals(0, device.region(1).size());
            assertFalse(device.region(1).readable());
            assertEquals(3, device.interruptCount());
            assertEquals(0, device.interrupts(1).count());
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> device.interrupts(1).listen(0, vector -> {}));
            assertThrows(IndexOutOfBoundsException.class, () -> device.region(3));
            assertThrows(IndexOutOfBoundsException.class, () -> device.interrupts(-1));
        }
    }

    @Test
    void aDeviceOfAnotherKindIsRefused() {
        kernel.deviceFlags = DeviceInfo.PLATFORM;

        assertThat(assertThrows(VfioException.class, context::open))
                .hasMessageContaining(
                        "0000:02:00.0: VFIO_DEVICE_GET_INFO: not a device of the bus");
        assertEquals(0, context.released);
    }

    @Test
    void everythingIsOffBeforeTheDeviceIsGivenBack() {
        List<String> order = new ArrayList<>();
        KernelDevice device = context.open();
        Mmio mmio = device.region(0).map();
        device.interrupts(2).listen(1, vector -> {});
        kernel.onSetIrqs =
                words -> {
                    order.add("interrupts off");
                    return 0;
                };
        context.onRelease =
                () -> {
                    assertThrows(IllegalStateException.class, () -> device.region(2).getByte(0));
                    order.add("released");
                };

        device.close(
                () -> {
                    assertThrows(IllegalStateException.class, () -> mmio.getByte(0));
                    device.region(2).getByte(0);
                    order.add("last step");
                });
        device.close(() -> order.add("twice"));

        assertEquals(List.of("interrupts off", "last step", "released"), order);
    }

    @Test
    void everyStepOfClosingIsMadeAndFailuresAreGathered() {
        KernelDevice device = context.open();
        device.interrupts(2).listen(1, vector -> {});
        kernel.onSetIrqs = words -> -Errno.EIO.number();
        context.onRelease =
                () -> {
                    throw new VfioException("release", "close", "third");
                };

        var failure =
                assertThrows(
                        VfioException.class,
                        () ->
                                device.close(
                                        () -> {
                                            throw new VfioException("last", "step", "second");
                                        }));

        assertThat(failure).hasMessageContaining("VFIO_DEVICE_SET_IRQS: EIO");
        assertThat(failure.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("last: step: second", "release: close: third");
        assertEquals(1, context.released);
        device.close();
        assertEquals(1, context.released);
    }

    @Test
    void resetIsTriedAgainWhileTheKernelIsBusy() {
        kernel.onReset = tries -> tries < 4 ? -Errno.EAGAIN.number() : 0;

        try (KernelDevice device = context.open()) {
            device.reset();
        }

        assertEquals(4, kernel.resets);
    }

    @Test
    void resetGivesUpOnWhatIsNotBusy() {
        kernel.onReset = tries -> -Errno.ENOTTY.number();

        try (KernelDevice device = context.open()) {
            assertThat(assertThrows(VfioException.class, device::reset))
                    .hasMessageContaining("0000:02:00.0: VFIO_DEVICE_RESET: ENOTTY");
        }
        assertEquals(1, kernel.resets);
    }

    @Test
    void aDeviceWithoutResetSaysSo() {
        kernel.deviceFlags = DeviceInfo.PCI;

        KernelDevice device = context.open();
        assertFalse(device.resettable());
        assertThat(assertThrows(VfioException.class, device::reset))
                .hasMessageContaining("no way to reset");
        device.close();
        assertThrows(IllegalStateException.class, device::reset);
        assertEquals(0, kernel.resets);
    }
}
