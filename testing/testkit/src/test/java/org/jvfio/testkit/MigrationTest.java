// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.VfioRequests;

/** Migration version 2 of a mediated device: the kernel's own sample mtty, and the model of it. */
final class MigrationTest {
    private static final String NAME = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private static final String FOLDER = "/sys/bus/mdev/devices/" + NAME;
    private static final String CREATE =
            "/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create";
    private static final int STOP = 1;
    private static final int RUNNING = 2;
    private static final int STOP_COPY = 3;
    private static final int RESUMING = 4;
    private static final int RUNNING_P2P = 5;
    private static final int PRE_COPY = 6;
    private static final int PRE_COPY_P2P = 7;
    private static final int HEADER = 24;
    private static final int SIZE = 96;
    private static final Errno ESPIPE = Errno.of(29);

    private Seam seam;
    private int device;
    private int dataFd;

    @BeforeEach
    void open() throws KernelException {
        seam = Seam.open();
        assertEquals(NAME.length(), seam.writeFile(CREATE, NAME));
        openDevice();
    }

    private void openDevice() throws KernelException {
        String node = seam.kernel.files().list(FOLDER + "/vfio-dev").get(0);
        device = seam.open("/dev/vfio/devices/" + node);
        BindIommufd bind = new BindIommufd(seam.open("/dev/iommu"));
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, bind));
    }

    @AfterEach
    void close() {
        seam.giveBack();
        assertEquals(1, seam.writeFile(FOLDER + "/remove", "1"));
        seam.close();
    }

    private long feature(int number) {
        DeviceFeature feature = new DeviceFeature(number, DeviceFeature.GET, 8);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_FEATURE, feature));
        return feature.data().getLong(0);
    }

    private int state() {
        return (int) feature(2);
    }

    /** Changes the state; the file that came with it, or -1, is then in {@link #dataFd}. */
    private int change(int state) {
        DeviceFeature feature = new DeviceFeature(2, DeviceFeature.SET, 8);
        feature.data().putInt(0, state).putInt(4, 7777);
        int result = seam.ioctl(device, VfioRequests.DEVICE_FEATURE, feature);
        dataFd = feature.data().getInt(4);
        if (dataFd >= 0) {
            seam.closing(dataFd);
        }
        return result;
    }

    private Words file(int bytes) {
        Words words = new Words(SIZE / Integer.BYTES);
        assertEquals(bytes, seam.kernel.read(dataFd, words.address(), SIZE));
        assertEquals(0, seam.kernel.read(dataFd, words.address(), SIZE));
        return words;
    }

    private void put(char character) {
        Words word = Words.of(character);
        assertEquals(1, seam.kernel.pwrite(device, word.address(), 1, 0));
    }

    private char take() {
        Words word = new Words(1);
        assertEquals(1, seam.kernel.pread(device, word.address(), 1, 0));
        return (char) word.u32(0);
    }

    @Test
    void deviceLooksLikeAPciCardWithoutBeingOne() throws KernelException {
        DeviceInfo info = new DeviceInfo(0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_INFO, info));
        assertEquals(DeviceInfo.PCI, info.flags());
        assertEquals(9, info.regions());
        assertEquals(5, info.irqs());
        long[] sizes = {8, 8, 0, 0, 0, 0, 0, 255, 0};
        for (int i = 0; i < sizes.length; i++) {
            RegionInfo region = new RegionInfo(i, 0);
            assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_REGION_INFO, region));
            assertEquals(sizes[i], region.size());
            assertEquals(3, region.flags());
        }
        IrqInfo irq = new IrqInfo(0);
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_GET_IRQ_INFO, irq));
        assertEquals(7, irq.flags());
        refused(Errno.EINVAL, seam.ioctl(device, VfioRequests.DEVICE_GET_IRQ_INFO, new IrqInfo(2)));
        refused(
                Errno.ENOTTY,
                seam.ioctl(device, VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, new Words(7)));
        assertEquals("/sys/bus/mdev/drivers/mtty", seam.kernel.files().resolve(FOLDER + "/driver"));
        assertEquals("/sys/bus/mdev", seam.kernel.files().resolve(FOLDER + "/subsystem"));
    }

    @Test
    void featuresTellStatesAndSizes() {
        assertEquals(7, feature(1));
        assertEquals(SIZE, feature(9));
        assertEquals(RUNNING, state());
        DeviceFeature set = new DeviceFeature(1, DeviceFeature.SET | DeviceFeature.PROBE, 8);
        refused(Errno.EINVAL, seam.ioctl(device, VfioRequests.DEVICE_FEATURE, set));
        DeviceFeature small = new DeviceFeature(2, DeviceFeature.GET, 4);
        refused(Errno.EINVAL, seam.ioctl(device, VfioRequests.DEVICE_FEATURE, small));
        refused(Errno.EINVAL, change(8));
        assertEquals(-1, dataFd);
        refused(Errno.EINVAL, change(0));
        assertEquals(RUNNING, state());
    }

    @Test
    void stoppedDeviceIsSavedWhole() {
        put('x');
        assertEquals(0, change(STOP_COPY));

        Words image = file(SIZE);
        assertEquals(0x8c3e2c4e, image.u32(0));
        assertEquals(2, image.u32(16));
        Words byteOfIt = new Words(1);
        refused(ESPIPE, seam.kernel.pread(dataFd, byteOfIt.address(), 1, 0));
        refused(Errno.EBADF, seam.kernel.write(dataFd, byteOfIt.address(), 1));
        refused(
                Errno.EINVAL,
                seam.ioctl(dataFd, VfioRequests.MIG_GET_PRECOPY_INFO, Words.of(24, 0, 0, 0, 0, 0)));
        int saving = dataFd;
        assertEquals(0, change(STOP));
        refused(Errno.ENODEV, seam.kernel.read(saving, byteOfIt.address(), 1));
    }

    @Test
    void headerIsCopiedWhileTheDeviceRuns() {
        assertEquals(0, change(RUNNING_P2P));
        assertEquals(-1, dataFd);
        assertEquals(0, change(PRE_COPY));
        int saving = dataFd;
        Words info = Words.of(24, 0, 0, 0, 0, 0);
        assertEquals(0, seam.ioctl(saving, VfioRequests.MIG_GET_PRECOPY_INFO, info));
        assertEquals(HEADER, info.u64(8));
        file(HEADER);
        assertEquals(0, seam.ioctl(saving, VfioRequests.MIG_GET_PRECOPY_INFO, info));
        assertEquals(0, info.u64(8));
        refused(
                Errno.EINVAL,
                seam.ioctl(saving, VfioRequests.MIG_GET_PRECOPY_INFO, Words.of(8, 0, 0, 0, 0, 0)));

        assertEquals(0, change(PRE_COPY_P2P));
        assertEquals(0, change(PRE_COPY));
        assertEquals(-1, dataFd);
        assertEquals(0, change(STOP_COPY));
        assertEquals(-1, dataFd);

        dataFd = saving;
        file(SIZE - HEADER);
        refused(Errno.EINVAL, seam.ioctl(saving, VfioRequests.MIG_GET_PRECOPY_INFO, info));
    }

    @Test
    void savedDeviceIsResumed() {
        put('x');
        put('y');
        assertEquals(0, change(STOP_COPY));
        Words image = file(SIZE);
        assertEquals(0, change(RUNNING));
        assertEquals('x', take());

        assertEquals(0, change(RESUMING));
        Words word = new Words(1);
        refused(Errno.EBADF, seam.kernel.read(dataFd, word.address(), 1));
        assertEquals(10, seam.kernel.write(dataFd, image.address(), 10));
        assertEquals(SIZE - 10, seam.kernel.write(dataFd, image.address() + 10, SIZE - 10));
        refused(Errno.ENOMEM, seam.kernel.write(dataFd, image.address(), 1));
        int resuming = dataFd;
        assertEquals(0, change(RUNNING));

        assertEquals('x', take());
        assertEquals('y', take());
        refused(Errno.ENODEV, seam.kernel.write(resuming, image.address(), 1));
    }

    @Test
    void halfAStateIsRefusedAndResetEndsIt() {
        assertEquals(0, change(STOP_COPY));
        Words image = file(SIZE);
        assertEquals(0, change(RESUMING));
        assertEquals(20, seam.kernel.write(dataFd, image.address(), 20));

        refused(Errno.EINVAL, change(STOP));
        refused(Errno.EINVAL, change(RUNNING));

        assertEquals(RESUMING, state());
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_RESET, 0));
        assertEquals(RUNNING, state());
    }

    @Test
    void stateOfAnotherKindOfDeviceIsRefused() {
        assertEquals(0, change(RESUMING));
        Words wrong = new Words(SIZE / Integer.BYTES);

        refused(Errno.EFAULT, seam.kernel.write(dataFd, wrong.address(), HEADER));

        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_RESET, 0));
    }

    /** A mistake of the sample: whoever writes must not go on after a refusal. */
    @Test
    void stateThatWasRefusedIsTakenAllTheSame() {
        put('x');
        assertEquals(0, change(RESUMING));
        Words wrong = new Words(SIZE / Integer.BYTES);

        refused(Errno.EFAULT, seam.kernel.write(dataFd, wrong.address(), SIZE));
        assertEquals(0, change(RUNNING));

        assertEquals(0, take());
    }

    @Test
    void resetChangesNoRegister() {
        put('x');
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_RESET, 0));
        assertEquals('x', take());
    }

    @Test
    void stateStaysWhenTheDeviceIsClosed() throws KernelException {
        assertEquals(0, change(STOP));
        seam.giveBack();

        openDevice();

        assertEquals(STOP, state());
        assertEquals(0, change(RUNNING));
    }

    @Test
    void fileThatFindsNoDescriptorIsLostAndTheStateIsReached() {
        int open = seam.sim().openDescriptors().size();
        seam.sim().limitDescriptors(open);

        refused(Errno.EMFILE, change(STOP_COPY));

        assertEquals(STOP_COPY, state());
        seam.sim().limitDescriptors(open + 1);
        assertEquals(0, change(STOP_COPY));
        assertEquals(-1, dataFd);
        assertEquals(0, change(RUNNING));
    }

    @Test
    void copyingGoesNotBackToPreCopy() {
        assertEquals(0, change(STOP_COPY));

        refused(Errno.EINVAL, change(PRE_COPY));

        assertEquals(STOP_COPY, state());
        assertEquals(0, change(RUNNING));
    }
}
