// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;

/** What is asked of {@code VFIO_DEVICE_SET_IRQS} around work that wants no interrupts. */
@Timeout(60)
final class InterruptPauseTest {
    private static final int INTX = 0;
    private static final int MSIX = 2;
    private static final int ERROR = 3;

    private final ScriptedVfio kernel = new ScriptedVfio();
    private final List<String> during = new ArrayList<>();

    private KernelDevice device;

    @BeforeEach
    void openDevice() {
        kernel.irqs.put(INTX, new ScriptedVfio.Irq(0x7, 1));
        kernel.irqs.put(MSIX, new ScriptedVfio.Irq(0x1, 64));
        kernel.irqs.put(ERROR, new ScriptedVfio.Irq(0x9, 1));
        device = new ScriptedDevice(kernel).open();
    }

    @AfterEach
    void closeDevice() {
        device.close();
        kernel.assertNothingLeaked();
    }

    private void pause() {
        kernel.takeIrqSets();
        device.withoutInterrupts(() -> during.addAll(kernel.takeIrqSets()), this::never);
    }

    private void never() {
        throw new AssertionError("the device is open");
    }

    @Test
    void vectorsAreOffMeanwhileAndTiedAgainAfterwards() {
        device.interrupts(MSIX).connect(3, 73);
        device.interrupts(MSIX).connect(7, 77);

        pause();

        assertEquals(List.of("20 [33, 2, 0, 0]"), during);
        assertEquals(
                List.of("24 [36, 2, 0, 1, -1]", "24 [36, 2, 7, 1, 77]", "24 [36, 2, 3, 1, 73]"),
                kernel.takeIrqSets());
        assertEquals(List.of(3, 7), device.interrupts(MSIX).enabled());
    }

    @Test
    void vectorThatWasMaskedIsMaskedAgain() {
        device.interrupts(INTX).connect(0, 70);
        device.interrupts(INTX).mask(0);
        pause();
        assertThat(kernel.takeIrqSets()).endsWith("24 [36, 0, 0, 1, 70]", "20 [9, 0, 0, 1]");

        device.interrupts(INTX).unmask(0);
        pause();
        assertThat(kernel.takeIrqSets()).endsWith("24 [36, 0, 0, 1, 70]");
    }

    @Test
    void interruptsThatAreNotForWorkStayOn() {
        device.interrupts(ERROR).connect(0, 70);

        pause();

        assertEquals(List.of(), during);
        assertEquals(List.of(), kernel.takeIrqSets());
    }

    @Test
    void failureOfTheWorkIsToldAndTheVectorsAreBack() {
        device.interrupts(MSIX).connect(0, 70);
        IllegalStateException failure = new IllegalStateException("on purpose");

        assertEquals(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                device.withoutInterrupts(
                                        () -> {
                                            throw failure;
                                        },
                                        this::never)));

        assertEquals(List.of(0), device.interrupts(MSIX).enabled());
        assertEquals(70, kernel.eventfdOf(MSIX, 0));
    }

    @Test
    void vectorsThatTheKernelDoesNotTakeBackAreOff() {
        device.interrupts(MSIX).listen(3, vector -> {});
        device.interrupts(MSIX).listen(7, vector -> {});
        kernel.onSetIrqs = words -> words.get(2) == 3 ? -Errno.ENOSPC.number() : 0;

        VfioException refused = assertThrows(VfioException.class, this::pause);

        assertThat(refused).hasMessageContaining("MSI-X vector 3").hasMessageContaining("ENOSPC");
        assertEquals(List.of(), device.interrupts(MSIX).enabled());
        assertThat(kernel.takeIrqSets()).endsWith("20 [33, 2, 0, 0]");
        kernel.onSetIrqs = words -> 0;
        device.interrupts(MSIX).listen(3, vector -> {});
    }

    @Test
    void closedDeviceHasNothingToTurnOff() {
        device.interrupts(MSIX).connect(0, 70);
        device.close();
        kernel.takeIrqSets();

        device.withoutInterrupts(this::never, () -> during.add("instead"));

        assertEquals(List.of("instead"), during);
        assertEquals(List.of(), kernel.takeIrqSets());
    }
}
