// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;
import org.jvfio.device.Interrupts;

/** What is asked of {@code VFIO_DEVICE_SET_IRQS}: size, [flags, index, start, count, data...]. */
@Timeout(60)
final class DeviceInterruptsTest {
    private static final int INTX = 0;
    private static final int MSI = 1;
    private static final int MSIX = 2;

    private static final int TRIGGER_NONE = 0x21;
    private static final int TRIGGER_EVENTFD = 0x24;
    private static final int MASK_NONE = 0x09;
    private static final int UNMASK_NONE = 0x11;
    private static final int UNMASK_EVENTFD = 0x14;

    private final ScriptedVfio kernel = new ScriptedVfio();

    private KernelDevice device;
    private Interrupts intx;
    private Interrupts fixed;
    private Interrupts dynamic;

    @BeforeEach
    void openDevice() {
        kernel.irqs.put(INTX, new ScriptedVfio.Irq(0x7, 1));
        kernel.irqs.put(MSI, new ScriptedVfio.Irq(0x9, 32));
        kernel.irqs.put(MSIX, new ScriptedVfio.Irq(0x1, 64));
        device = new ScriptedDevice(kernel).open();
        intx = device.interrupts(INTX);
        fixed = device.interrupts(MSI);
        dynamic = device.interrupts(MSIX);
    }

    @AfterEach
    void closeDevice() {
        device.close();
        kernel.assertNothingLeaked();
    }

    @Test
    void lineThatIsEnabledAnewIsUnmasked() {
        intx.connect(0, 70);
        intx.release(0);
        kernel.takeIrqSets();
        intx.connect(0, 71);

        assertAsked(set(TRIGGER_EVENTFD, INTX, 0, 1, 71), set(UNMASK_NONE, INTX, 0, 1));
    }

    @Test
    void eventfdThatUnmasksIsTakenAwayFirst() {
        intx.connect(0, 70);
        intx.resample(0, 80);
        intx.resample(0, 81);
        intx.release(0);

        assertAsked(
                set(TRIGGER_EVENTFD, INTX, 0, 1, 70),
                set(UNMASK_EVENTFD, INTX, 0, 1, 80),
                set(UNMASK_EVENTFD, INTX, 0, 1, -1),
                set(UNMASK_EVENTFD, INTX, 0, 1, 81),
                set(UNMASK_EVENTFD, INTX, 0, 1, -1),
                set(TRIGGER_EVENTFD, INTX, 0, 1, -1),
                set(TRIGGER_NONE, INTX, 0, 0));
    }

    @Test
    void theFirstVectorIsAskedForAlone() {
        fixed.connect(0, 70);

        assertAsked(set(TRIGGER_EVENTFD, MSI, 0, 1, 70));
        assertEquals(List.of(0), fixed.enabled());
    }

    @Test
    void indexThatCannotBeResizedIsEnabledUpToTheVector() {
        fixed.connect(5, 75);

        assertAsked(set(TRIGGER_EVENTFD, MSI, 5, 1, 75));
    }

    @Test
    void vectorWithinWhatIsEnabledIsAddedAlone() {
        fixed.connect(5, 75);
        fixed.connect(2, 72);

        assertAsked(set(TRIGGER_EVENTFD, MSI, 5, 1, 75), set(TRIGGER_EVENTFD, MSI, 2, 1, 72));
        assertEquals(List.of(2, 5), fixed.enabled());
    }

    @Test
    void growingWhatCannotBeResizedDisablesAndSetsAllWithHoles() {
        fixed.connect(1, 71);
        kernel.takeIrqSets();

        fixed.connect(4, 74);

        assertAsked(
                set(TRIGGER_NONE, MSI, 0, 0), set(TRIGGER_EVENTFD, MSI, 0, 5, -1, 71, -1, -1, 74));
        assertEquals(List.of(1, 4), fixed.enabled());
    }

    @Test
    void dynamicIndexIsTurnedOnWithOneVectorAndThenGetsTheOneAsked() {
        dynamic.connect(7, 77);
        dynamic.connect(40, 78);

        assertAsked(
                set(TRIGGER_EVENTFD, MSIX, 0, 1, -1),
                set(TRIGGER_EVENTFD, MSIX, 7, 1, 77),
                set(TRIGGER_EVENTFD, MSIX, 40, 1, 78));
    }

    @Test
    void dynamicIndexIsOffAgainIfItsFirstVectorIsRefused() {
        kernel.onSetIrqs = words -> words.get(2) == 7 ? -Errno.ENOSPC.number() : 0;

        assertThrows(VfioException.class, () -> dynamic.connect(7, 77));

        assertAsked(
                set(TRIGGER_EVENTFD, MSIX, 0, 1, -1),
                set(TRIGGER_EVENTFD, MSIX, 7, 1, 77),
                set(TRIGGER_NONE, MSIX, 0, 0));
        assertEquals(List.of(), dynamic.enabled());
    }

    @Test
    void releaseUntiesOneVectorAndTheLastDisables() {
        fixed.connect(3, 73);
        fixed.connect(1, 71);
        kernel.takeIrqSets();

        fixed.release(3);
        fixed.release(3);
        fixed.release(1);

        assertAsked(set(TRIGGER_EVENTFD, MSI, 3, 1, -1), set(TRIGGER_NONE, MSI, 0, 0));
        assertEquals(List.of(), fixed.enabled());
    }

    @Test
    void theOnlyVectorIsUntiedBeforeItsIndexIsDisabled() {
        intx.connect(0, 70);
        kernel.takeIrqSets();
        kernel.onSetIrqs = words -> words.get(3) == 0 ? -Errno.EINVAL.number() : 0;

        intx.disable();
        intx.disable();

        assertAsked(set(TRIGGER_EVENTFD, INTX, 0, 1, -1), set(TRIGGER_NONE, INTX, 0, 0));
        assertEquals(List.of(), intx.enabled());
    }

    @Test
    void anIndexCanBeUsedAgain() {
        fixed.connect(3, 73);
        fixed.disable();
        kernel.takeIrqSets();

        fixed.connect(0, 70);
        fixed.connect(1, 71);

        assertAsked(
                set(TRIGGER_EVENTFD, MSI, 0, 1, 70),
                set(TRIGGER_NONE, MSI, 0, 0),
                set(TRIGGER_EVENTFD, MSI, 0, 2, 70, 71));
    }

    @Test
    void anEventfdOfOursGoesWithItsVector() {
        fixed.listen(2, vector -> {});
        int eventfd = kernel.eventfdOf(MSI, 2);
        assertThat(eventfd).isPositive();

        fixed.connect(2, 72);

        assertAsked(set(TRIGGER_EVENTFD, MSI, 2, 1, eventfd), set(TRIGGER_EVENTFD, MSI, 2, 1, 72));
        assertThrows(AssertionError.class, () -> kernel.signal(eventfd));
    }

    @Test
    void aReplacedListenerAsksNothing() {
        fixed.listen(2, vector -> {});
        kernel.takeIrqSets();

        fixed.listen(2, vector -> {});

        assertAsked();
    }

    @Test
    void fewerVectorsThanAskedForAreTold() {
        kernel.onSetIrqs = words -> 4;

        var refused = assertThrows(VfioException.class, () -> fixed.listen(9, vector -> {}));

        assertEquals(OptionalInt.empty(), refused.errno());
        assertThat(refused)
                .hasMessage(
                        "0000:02:00.0 MSI vector 9: VFIO_DEVICE_SET_IRQS: the host has only 4"
                                + " vectors left for this device; use no vector above 3");
        assertEquals(List.of(), fixed.enabled());
        assertFalse(device.interrupts(MSI).inUse());
    }

    @Test
    void aRefusedGrowthPutsBackWhatWasThere() {
        fixed.connect(1, 71);
        kernel.takeIrqSets();
        kernel.onSetIrqs = words -> words.get(3) > 2 ? 2 : 0;

        var refused = assertThrows(VfioException.class, () -> fixed.connect(3, 73));

        assertThat(refused).hasMessageContaining("only 2 vectors").hasNoSuppressedExceptions();
        assertAsked(
                set(TRIGGER_NONE, MSI, 0, 0),
                set(TRIGGER_EVENTFD, MSI, 0, 4, -1, 71, -1, 73),
                set(TRIGGER_EVENTFD, MSI, 0, 2, -1, 71));
        assertEquals(List.of(1), fixed.enabled());
    }

    @Test
    void ifNothingCanBePutBackAllIsOff() {
        fixed.listen(1, vector -> {});
        kernel.onSetIrqs = words -> words.get(3) > 0 ? -Errno.ENOSPC.number() : 0;

        var refused = assertThrows(VfioException.class, () -> fixed.connect(3, 73));

        assertThat(refused).hasMessageContaining("ENOSPC");
        assertThat(refused.getSuppressed())
                .singleElement()
                .asString()
                .contains("all its vectors are off now");
        assertEquals(List.of(), fixed.enabled());
        kernel.onSetIrqs = words -> 0;
        kernel.takeIrqSets();
        fixed.connect(0, 70);
        assertAsked(set(TRIGGER_EVENTFD, MSI, 0, 1, 70));
    }

    @Test
    void aRefusedExchangePutsTheOldDescriptorBack() {
        fixed.connect(1, 71);
        kernel.takeIrqSets();
        kernel.onSetIrqs = words -> words.contains(99) ? -Errno.EBADF.number() : 0;

        assertThat(assertThrows(VfioException.class, () -> fixed.connect(1, 99)))
                .hasMessageContaining("MSI vector 1: VFIO_DEVICE_SET_IRQS: EBADF");

        assertAsked(set(TRIGGER_EVENTFD, MSI, 1, 1, 99), set(TRIGGER_EVENTFD, MSI, 1, 1, 71));
    }

    @Test
    void theKindInUseIsNamed() {
        intx.connect(0, 70);
        kernel.onSetIrqs = words -> -Errno.EINVAL.number();

        assertThat(assertThrows(VfioException.class, () -> fixed.listen(0, vector -> {})))
                .hasMessageContaining("EINVAL: INTx is in use; disable it first");
        kernel.onSetIrqs = words -> 0;
    }

    @Test
    void anIndexThatRulesNothingOutIsNotBlamed() {
        kernel.irqs.put(3, new ScriptedVfio.Irq(0x9, 1));
        try (KernelDevice other = new ScriptedDevice(kernel).open()) {
            other.interrupts(3).connect(0, 73);
            kernel.onSetIrqs = words -> -Errno.EINVAL.number();

            assertThat(
                            assertThrows(
                                    VfioException.class,
                                    () -> other.interrupts(MSI).connect(0, 70)))
                    .hasMessageNotContaining("in use");
            kernel.onSetIrqs = words -> 0;
        }
    }

    @Test
    void maskUnmaskAndTriggerAreAskedForAtOnce() {
        intx.connect(0, 70);
        kernel.takeIrqSets();

        intx.mask(0);
        intx.unmask(0);
        intx.trigger(0);

        assertAsked(
                set(MASK_NONE, INTX, 0, 1),
                set(UNMASK_NONE, INTX, 0, 1),
                set(TRIGGER_NONE, INTX, 0, 1));
    }

    @Test
    void whatCannotBeMaskedSaysSo() {
        fixed.connect(0, 70);
        kernel.takeIrqSets();

        assertFalse(fixed.maskable());
        assertThat(assertThrows(VfioException.class, () -> fixed.mask(0)))
                .hasMessageContaining("cannot be masked");
        assertAsked();
    }

    @Test
    void vectorsAreCheckedBeforeTheKernelIsAsked() {
        assertThrows(IndexOutOfBoundsException.class, () -> fixed.listen(32, vector -> {}));
        assertThrows(IndexOutOfBoundsException.class, () -> fixed.connect(-1, 70));
        assertThrows(IndexOutOfBoundsException.class, () -> fixed.release(32));
        assertThrows(IllegalArgumentException.class, () -> fixed.connect(0, -1));
        assertThat(assertThrows(VfioException.class, () -> fixed.trigger(0)))
                .hasMessageContaining("not enabled");

        assertAsked();
    }

    @Test
    void closingTheDeviceTurnsInterruptsOffForGood() {
        fixed.listen(2, vector -> {});
        kernel.takeIrqSets();

        device.close();

        assertAsked(set(TRIGGER_NONE, MSI, 0, 0));
        assertThrows(IllegalStateException.class, () -> fixed.listen(2, vector -> {}));
        assertThrows(IllegalStateException.class, () -> fixed.connect(2, 70));
        assertThrows(IllegalStateException.class, () -> fixed.release(2));
        assertThrows(IllegalStateException.class, fixed::disable);
        assertThrows(IllegalStateException.class, () -> fixed.trigger(2));
        assertThrows(IllegalStateException.class, () -> intx.mask(0));
        assertAsked();
    }

    private void assertAsked(String... sets) {
        assertEquals(List.of(sets), kernel.takeIrqSets());
    }

    private static String set(int flags, int index, int start, int count, Integer... data) {
        List<Integer> words = new ArrayList<>(List.of(flags, index, start, count));
        words.addAll(List.of(data));
        return 4 + 4 * words.size() + " " + words;
    }
}
