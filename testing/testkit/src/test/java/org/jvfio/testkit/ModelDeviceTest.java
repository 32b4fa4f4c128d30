// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.refused;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.Pl031Model;
import org.jvfio.testkit.device.SubchannelModel;
import org.jvfio.testkit.device.VfioModel;

/** Devices that are not PCI functions. */
final class ModelDeviceTest {
    private static final String CLOCK = "9010000.pl031";
    private static final String SUBCHANNEL = "7e270a25-e163-4922-af60-757fc8ed48c6";
    private static final int TRIGGER = 1 << 5;
    private static final int MASK = 1 << 3;
    private static final int UNMASK = 1 << 4;
    private static final int EVENTFD = 1 << 2;
    private static final int NONE = 1;

    private Seam seam = Seam.on(SimKernel.builder().build());

    @AfterEach
    void close() {
        seam.close();
    }

    private int plug(String name, VfioModel model) {
        seam.close();
        seam = Seam.on(SimKernel.builder().device(name, model).build());
        return Bound.legacy(seam, name, 1).device;
    }

    private int irqs(int device, int... words) {
        return seam.ioctl(device, VfioRequests.DEVICE_SET_IRQS, Words.of(words));
    }

    private void write(int device, long offset, int value) {
        assertEquals(4, seam.kernel.pwrite(device, Words.of(value).address(), 4, offset));
    }

    private int read(int device, long offset) {
        Words word = new Words(1);
        assertEquals(4, seam.kernel.pread(device, word.address(), 4, offset));
        return word.u32(0);
    }

    @Test
    void platformDeviceHasAPageOfRegistersAndALine() throws KernelException {
        int device = plug(CLOCK, new Pl031Model());
        DeviceInfo info = new DeviceInfo(0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, info));
        assertEquals(DeviceInfo.PLATFORM, info.flags());
        RegionInfo region = new RegionInfo(0, 0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_REGION_INFO, region));
        assertEquals(7, region.flags());
        assertEquals(4096, region.size());
        IrqInfo irq = new IrqInfo(0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_IRQ_INFO, irq));
        assertEquals(IrqInfo.EVENTFD | IrqInfo.MASKABLE | IrqInfo.AUTOMASKED, irq.flags());
        assertEquals(0x31, read(device, 0xfe0));
        refused(Errno.EINVAL, seam.ioctl(device, VfioRequests.DEVICE_RESET, 0));
        refused(Errno.EINVAL, seam.kernel.pread(device, new Words(1).address(), 4, 4096));
        String folder = "/sys/bus/platform/devices/" + CLOCK;
        assertEquals("jvfio,pl031\0", seam.kernel.files().read(folder + "/of_node/compatible"));
        assertTrue(seam.kernel.files().resolve(folder + "/driver").endsWith("/vfio-platform"));
    }

    @Test
    void lineIsToldOnceUntilItIsUnmasked() {
        int device = plug(CLOCK, new Pl031Model());
        int eventfd = seam.eventfd();
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        write(device, 0x10, 1);
        write(device, 0x04, 3);
        seam.sim().model(CLOCK, Pl031Model.class).advance(3);
        assertEquals(1, seam.taken(eventfd));
        refused(Errno.EAGAIN, seam.taken(eventfd));

        assertEquals(0, irqs(device, 20, NONE | UNMASK, 0, 0, 1));
        assertEquals(1, seam.taken(eventfd));

        write(device, 0x1c, 1);
        assertEquals(0, irqs(device, 20, NONE | UNMASK, 0, 0, 1));
        refused(Errno.EAGAIN, seam.taken(eventfd));
    }

    @Test
    void lineStaysMaskedBeyondItsEventfd() {
        int device = plug(CLOCK, new Pl031Model());
        int eventfd = seam.eventfd();
        assertEquals(0, irqs(device, 20, NONE | MASK, 0, 0, 1));
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 1));
        refused(Errno.EAGAIN, seam.taken(eventfd));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 0));
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 1));
        refused(Errno.EAGAIN, seam.taken(eventfd));

        assertEquals(0, irqs(device, 20, NONE | UNMASK, 0, 0, 1));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 1));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 1));
        assertEquals(1, seam.taken(eventfd));
    }

    @Test
    void lineTakesOneEventfdAtATimeToUnmaskIt() {
        int device = plug(CLOCK, new Pl031Model());
        int eventfd = seam.eventfd();
        int unmask = seam.eventfd();
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        assertEquals(0, irqs(device, 24, EVENTFD | UNMASK, 0, 0, 1, unmask));
        refused(Errno.EBUSY, irqs(device, 24, EVENTFD | UNMASK, 0, 0, 1, unmask));
        assertEquals(0, irqs(device, 24, EVENTFD | UNMASK, 0, 0, 1, -1));
        assertEquals(0, irqs(device, 24, EVENTFD | UNMASK, 0, 0, 1, unmask));
        assertEquals(0, irqs(device, 24, EVENTFD | MASK, 0, 0, 1, seam.eventfd()));
        refused(Errno.ENOTTY, irqs(device, 20, NONE, 0, 0, 1));
        refused(Errno.ENOTTY, irqs(device, 20, NONE | MASK | UNMASK, 0, 0, 1));
    }

    @Test
    void eventfdIsUntiedBeforeTheNextIsLookedAt() {
        int device = plug(CLOCK, new Pl031Model());
        int eventfd = seam.eventfd();
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        refused(Errno.EBADF, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, 9999));
        assertEquals(0, irqs(device, 20, NONE | TRIGGER, 0, 0, 1));
        refused(Errno.EAGAIN, seam.taken(eventfd));
    }

    @Test
    void accessIsSplitAndEndsWithTheRegion() {
        int device = plug(CLOCK, new Pl031Model());
        Words words = new Words(2);
        assertEquals(8, seam.kernel.pread(device, words.address(), 8, 0xfe0));
        assertEquals(0x31, words.u32(0));
        assertEquals(0x10, words.u32(4));
        assertEquals(4, seam.kernel.pread(device, words.address(), 8, 0xffc));
        assertEquals(4, seam.kernel.pread(device, words.address(), 4, 1L << 40));
        assertEquals(0x31, words.u32(0));
        refused(Errno.EINVAL, seam.kernel.mmap(0, 4096, 3, Fcntl.MAP_SHARED, device, 1L << 40));
    }

    @Test
    void pageOfRegistersCanBeMapped() {
        int device = plug(CLOCK, new Pl031Model());
        write(device, 0x08, 1234);

        long address = seam.kernel.mmap(0, 4096, 3, Fcntl.MAP_SHARED, device, 0);

        assertTrue(address > 0);
        assertEquals(1234, seam.view(address, 4096).order(ByteOrder.LITTLE_ENDIAN).getInt(0));
        assertEquals(0, seam.kernel.munmap(address, 4096));
    }

    @Test
    void channelProgramIsRunAgainstMappedMemory() {
        seam.close();
        seam = Seam.on(SimKernel.builder().device(SUBCHANNEL, new SubchannelModel(0x1234)).build());
        Bound bound = Bound.legacy(seam, SUBCHANNEL, 1);
        long memory = seam.memory(Seam.PAGE);
        assertEquals(0, bound.map(0, memory, Seam.PAGE));
        int eventfd = seam.eventfd();
        assertEquals(0, irqs(bound.device, 24, EVENTFD | TRIGGER, 0, 0, 1, eventfd));
        ByteBuffer program = seam.view(memory, Seam.PAGE).order(ByteOrder.BIG_ENDIAN);
        program.putInt(0x100, 0x03600001).putInt(0x104, 0x200);
        program.putInt(0x108, 0xe4200007).putInt(0x10c, 0x200);
        ByteBuffer request = ByteBuffer.allocateDirect(124);
        request.putInt(4, 1 << 23).putInt(8, 0x100).putInt(12, 1 << 14);
        long address = ProcessMemory.addressOf(request);

        assertEquals(124, seam.kernel.pwrite(bound.device, address, 124, 0));

        assertEquals(1, seam.taken(eventfd));
        assertEquals(0xff383204, program.getInt(0x200));
        assertEquals(124, seam.kernel.pread(bound.device, address, 124, 0));
        assertEquals(0x00804007, request.getInt(24));
        assertEquals(0x0c00, request.getShort(32));
        request.putInt(12, 1 << 13);
        refused(Errno.EOPNOTSUPP, seam.kernel.pwrite(bound.device, address, 124, 0));
    }

    @Test
    void regionsOfASubchannelTellWhatTheyAre() {
        int device = plug(SUBCHANNEL, new SubchannelModel(0x1234));
        for (int i = 1; i < 4; i++) {
            RegionInfo region = new RegionInfo(i, 64);
            assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_REGION_INFO, region));
            int write = i == 1 ? RegionInfo.WRITE : 0;
            assertEquals(RegionInfo.READ | write | RegionInfo.CAPS, region.flags());
        }
        assertEquals(Integer.reverseBytes(0x18811234), read(device, (2L << 40) + 4));
        int done = seam.eventfd();
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 0, 0, 1, done));
        write(device, 1L << 40, 2);
        assertEquals(1, seam.taken(done));
        Words unknown = Words.of(3);
        refused(Errno.EINVAL, seam.kernel.pwrite(device, unknown.address(), 4, 1L << 40));
        int eventfd = seam.eventfd();
        assertEquals(0, irqs(device, 24, EVENTFD | TRIGGER, 1, 0, 1, eventfd));

        seam.sim().model(SUBCHANNEL, SubchannelModel.class).report(0x01020304);

        assertEquals(1, seam.taken(eventfd));
        assertEquals(0x04030201, read(device, 3L << 40));
        assertEquals(0, read(device, 3L << 40));
    }
}
