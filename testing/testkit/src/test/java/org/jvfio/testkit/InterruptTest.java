// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.linux.uapi.IrqSet.ACTION_MASK;
import static org.jvfio.linux.uapi.IrqSet.ACTION_TRIGGER;
import static org.jvfio.linux.uapi.IrqSet.ACTION_UNMASK;
import static org.jvfio.testkit.Seam.refused;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.VfioRequests;

/** {@code VFIO_DEVICE_SET_IRQS}, and what devices then signal. */
final class InterruptTest {
    private static final int INTX = 0;
    private static final int MSI = 1;
    private static final int MSIX = 2;
    private static final int ERR = 3;
    private static final int REQ = 4;

    private Seam seam;
    private Bound edu;

    @BeforeEach
    void open() {
        seam = Seam.open();
        edu = Bound.Interface.IOMMUFD.edu(seam).enabled();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int set(Bound bound, IrqSet set) {
        return seam.ioctl(bound.device, VfioRequests.DEVICE_SET_IRQS, set);
    }

    private int set(IrqSet set) {
        return set(edu, set);
    }

    private int connect(int index, int... eventfds) {
        return set(IrqSet.eventfds(ACTION_TRIGGER, index, 0, eventfds));
    }

    private int raw(int... words) {
        return seam.ioctl(edu.device, VfioRequests.DEVICE_SET_IRQS, Words.of(words));
    }

    private void raise(int bits) {
        edu.write(0x60, 4, bits);
    }

    private void acknowledge(int bits) {
        edu.write(0x64, 4, bits);
    }

    private void silent(int eventfd) {
        refused(Errno.EAGAIN, seam.taken(eventfd));
    }

    /** One or more: a level that is looked at twice counts twice on some machines. */
    private void signalled(int eventfd) {
        assertTrue(seam.arrives(eventfd));
        assertTrue(seam.taken(eventfd) > 0);
    }

    @Test
    void nothingIsTriggeredOrDisabledBeforeItIsEnabled() {
        for (int index : new int[] {INTX, MSI}) {
            refused(Errno.EINVAL, set(IrqSet.none(ACTION_TRIGGER, index, 0, 1)));
            refused(Errno.EINVAL, set(IrqSet.disable(index)));
        }
        refused(Errno.EINVAL, set(IrqSet.disable(MSIX)));
        refused(Errno.EINVAL, set(IrqSet.none(ACTION_MASK, INTX, 0, 1)));
        refused(Errno.ENOTTY, set(IrqSet.none(ACTION_MASK, MSI, 0, 1)));
    }

    @Test
    void malformedRequestsAreRefused() {
        refused(Errno.EINVAL, raw(20, 33, 5, 0, 1));
        refused(Errno.ENOTTY, raw(20, 1, MSI, 0, 1));
        refused(Errno.ENOTTY, raw(20, 1 | 8 | 32, MSI, 0, 1));
        refused(Errno.EINVAL, raw(24, 1 | 4 | 32, MSI, 0, 1, -1));
        refused(Errno.EINVAL, raw(24, 4 | 32, MSI, 1, 1, -1));
        refused(Errno.EINVAL, raw(28, 4 | 32, MSI, 0, 2, -1, -1));
        refused(Errno.EINVAL, raw(20, 4 | 32, MSI, 0, 1));
        refused(Errno.EINVAL, raw(24, 4 | 32 | 64, MSI, 0, 1, -1));
    }

    @Test
    void requestForNoInterruptAtAll() {
        int eventfds = 4 | ACTION_TRIGGER;
        refused(Errno.EINVAL, raw(20, eventfds, INTX, 0, 0));
        refused(Errno.ERANGE, raw(20, eventfds, MSI, 0, 0));
        refused(Errno.EINVAL, raw(20, 2 | ACTION_TRIGGER, MSI, 0, 0));
        assertEquals(0, connect(MSI, seam.eventfd()));
        assertEquals(0, raw(20, eventfds, MSI, 0, 0));
        assertEquals(0, raw(20, 2 | ACTION_TRIGGER, MSI, 0, 0));
    }

    @Test
    void triggersMustBeEventfds() {
        refused(Errno.EBADF, connect(MSI, 999_999));
        refused(Errno.EINVAL, connect(MSI, edu.table));

        refused(Errno.EINVAL, set(IrqSet.disable(MSI)));
        assertEquals(0, connect(MSI, -1));
        assertEquals(0, set(IrqSet.disable(MSI)));
    }

    @Test
    void messageReachesItsEventfd() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(MSI, eventfd));

        raise(0x77);

        signalled(eventfd);
        assertEquals(0x77, edu.read(0x24, 4));
        acknowledge(0x77);
        assertEquals(0, edu.read(0x24, 4));
    }

    @Test
    void oneKindOfInterruptExcludesTheOthers() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(MSI, eventfd));

        refused(Errno.EINVAL, connect(INTX, eventfd));
        assertEquals(0, set(IrqSet.disable(MSI)));
        assertEquals(0, connect(INTX, eventfd));
        refused(Errno.EINVAL, connect(MSI, eventfd));
    }

    @Test
    void callerCanTriggerToo() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(MSI, eventfd));

        assertEquals(0, set(IrqSet.none(ACTION_TRIGGER, MSI, 0, 1)));
        assertEquals(1, seam.taken(eventfd));
        assertEquals(0, set(IrqSet.bools(ACTION_TRIGGER, MSI, 0, true)));
        assertEquals(1, seam.taken(eventfd));
        assertEquals(0, set(IrqSet.bools(ACTION_TRIGGER, MSI, 0, false)));
        silent(eventfd);
    }

    @Test
    void vectorIsReplacedAndReleased() {
        int first = seam.eventfd();
        int second = seam.eventfd();
        assertEquals(0, connect(MSI, first));

        assertEquals(0, connect(MSI, second));
        raise(1);
        signalled(second);
        silent(first);
        assertEquals(0, connect(MSI, -1));
        assertEquals(0, set(IrqSet.none(ACTION_TRIGGER, MSI, 0, 1)));
        silent(second);
        refused(Errno.EBADF, connect(MSI, 999_999));
        acknowledge(1);
    }

    @Test
    void closedEventfdGoesOnBeingSignalledUntilReleased() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(MSI, eventfd));
        seam.close(eventfd);

        assertEquals(0, set(IrqSet.none(ACTION_TRIGGER, MSI, 0, 1)));
    }

    @Test
    void lineIsMaskedWhenItComesAndComesAgainUntilAcknowledged() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(INTX, eventfd));
        raise(5);
        signalled(eventfd);
        silent(eventfd);

        assertEquals(0, set(IrqSet.none(ACTION_UNMASK, INTX, 0, 1)));
        signalled(eventfd);
        acknowledge(5);
        assertEquals(0, set(IrqSet.none(ACTION_UNMASK, INTX, 0, 1)));
        silent(eventfd);
    }

    @Test
    void maskedLineWaits() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(INTX, eventfd));
        assertEquals(0, set(IrqSet.none(ACTION_MASK, INTX, 0, 1)));
        raise(1);
        silent(eventfd);

        assertEquals(0, set(IrqSet.none(ACTION_UNMASK, INTX, 0, 1)));

        signalled(eventfd);
        acknowledge(1);
    }

    @Test
    void eventfdUnmasksTheLine() {
        int eventfd = seam.eventfd();
        int unmask = seam.eventfd();
        assertEquals(0, connect(INTX, eventfd));
        refused(Errno.ENOTTY, set(IrqSet.eventfds(ACTION_MASK, INTX, 0, unmask)));
        refused(Errno.EBADF, set(IrqSet.eventfds(ACTION_UNMASK, INTX, 0, 999_999)));
        assertEquals(0, set(IrqSet.eventfds(ACTION_UNMASK, INTX, 0, unmask)));
        raise(1);
        signalled(eventfd);
        acknowledge(1);
        raise(2);
        silent(eventfd);

        Words one = new Words(2).u64(0, 1);
        assertEquals(8, seam.kernel.write(unmask, one.address(), 8));

        signalled(eventfd);
        acknowledge(2);
    }

    @Test
    void commandRegisterDisablesTheLine() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(INTX, eventfd));
        edu.write(Bound.CONFIG + 4, 2, 0x406);
        raise(1);
        silent(eventfd);

        edu.write(Bound.CONFIG + 4, 2, 6);

        signalled(eventfd);
        acknowledge(1);
    }

    @Test
    void lineWithoutTriggerIsSilentAndCanBeDisabled() {
        assertEquals(0, connect(INTX, -1));
        raise(1);
        acknowledge(1);
        assertEquals(0, set(IrqSet.disable(INTX)));
    }

    @Test
    void errorAndRequestAreSignalsOfTheirOwn() {
        int eventfd = seam.eventfd();
        assertEquals(0, connect(ERR, eventfd));
        assertEquals(0, set(IrqSet.none(ACTION_TRIGGER, ERR, 0, 1)));
        assertEquals(1, seam.taken(eventfd));
        assertEquals(0, set(IrqSet.disable(ERR)));
        refused(Errno.EINVAL, set(IrqSet.disable(ERR)));
        refused(Errno.EBADF, connect(ERR, 999_999));
        refused(Errno.ENOTTY, set(IrqSet.none(ACTION_MASK, REQ, 0, 1)));
        assertEquals(0, connect(REQ, eventfd));
        assertEquals(0, connect(REQ, -1));
        refused(Errno.EINVAL, connect(REQ, -2));
    }

    @Test
    void vectorsComeAndGoSinglyInAnyOrder() {
        Bound nvme = Bound.legacy(seam, Seam.NVME, Seam.NVME_GROUP);
        int[] eventfds = new int[65];
        Arrays.setAll(eventfds, i -> seam.eventfd());
        assertEquals(0, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 0, -1)));
        assertEquals(0, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 64, eventfds[64])));
        refused(Errno.EINVAL, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 65, eventfds[0])));
        assertEquals(0, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 0, eventfds)));
        assertEquals(0, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 0, -1, eventfds[1], -1)));

        assertEquals(0, set(nvme, IrqSet.none(ACTION_TRIGGER, MSIX, 0, 65)));

        silent(eventfds[0]);
        silent(eventfds[2]);
        assertEquals(1, seam.taken(eventfds[1]));
        assertEquals(1, seam.taken(eventfds[64]));
        assertEquals(0x8040, nvme.read(Bound.CONFIG + 0x42, 2));
        assertEquals(0, set(nvme, IrqSet.disable(MSIX)));
        assertEquals(0x0040, nvme.read(Bound.CONFIG + 0x42, 2));
    }

    @Test
    void refusedVectorTakesItsWholeRequestWithIt() {
        Bound nvme = Bound.legacy(seam, Seam.NVME, Seam.NVME_GROUP);
        int[] eventfds = new int[5];
        Arrays.setAll(eventfds, i -> seam.eventfd());
        assertEquals(0, set(nvme, IrqSet.eventfds(ACTION_TRIGGER, MSIX, 0, eventfds)));

        refused(
                Errno.EBADF,
                set(
                        nvme,
                        IrqSet.eventfds(
                                ACTION_TRIGGER, MSIX, 0, eventfds[0], 999_999, eventfds[2])));

        assertEquals(0, set(nvme, IrqSet.none(ACTION_TRIGGER, MSIX, 0, 5)));
        silent(eventfds[0]);
        silent(eventfds[1]);
        assertEquals(1, seam.taken(eventfds[3]));
    }
}
