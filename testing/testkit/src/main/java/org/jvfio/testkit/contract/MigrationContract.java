// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.VfioException;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationData;
import org.jvfio.device.MigrationState;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;

/** The state of a device, saved and resumed: the kernel's sample mtty. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class MigrationContract extends Contract {
    private static final int HEADER = 24;
    private static final int SIZE = 96;
    private static final int SCRATCH = 7;

    private Mdevs mdevs;
    private PciDevice port;
    private Migration migration;

    /** For extension. */
    protected MigrationContract() {}

    @BeforeEach
    final void makeAPort() {
        mdevs = new Mdevs(vfio());
        port = attachNew(Mdevs.DUAL_PORT);
        migration = port.migration().orElseThrow();
    }

    @AfterEach
    final void removeWhatWasMade() {
        mdevs.close();
    }

    private PciDevice attachNew(String type) {
        AttachOptions options = AttachOptions.defaults().backend(bench().backend());
        return space().attach(mdevs.make(type), options);
    }

    private void put(String text) {
        Mdevs.put(port, text);
    }

    private byte[] saved() throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        migration.save(Channels.newChannel(image));
        return image.toByteArray();
    }

    private long resume(byte[] image) throws IOException {
        return migration.resume(Channels.newChannel(new ByteArrayInputStream(image)));
    }

    private MigrationData dataOf(MigrationState state) {
        return migration.change(state).orElseThrow();
    }

    @Test
    void deviceThatCannotBeMovedHasNoMigration() {
        try (PciDevice screen = attachNew(Mdevs.SCREEN);
                PciDevice edu = attach(bench().edu())) {
            assertEquals(Optional.empty(), screen.migration());
            assertEquals(Optional.empty(), edu.migration());
        }
    }

    @Test
    void deviceTellsWhatItCan() {
        assertTrue(migration.preCopy());
        assertTrue(migration.peerToPeer());
        assertEquals(MigrationState.RUNNING, migration.state());
        assertEquals(OptionalLong.of(SIZE), migration.stopCopyBytes());
        assertSame(migration, port.migration().orElseThrow());
    }

    @Test
    void stateIsSavedAndResumedInAnotherDevice() throws IOException {
        put("jvfio");
        port.bar(1).putByte(SCRATCH, (byte) 0x5a);
        byte[] image = saved();
        assertEquals(SIZE, image.length);
        assertEquals(MigrationState.STOP, migration.state());

        try (PciDevice other = attachNew(Mdevs.DUAL_PORT)) {
            Migration target = other.migration().orElseThrow();
            ByteArrayInputStream source = new ByteArrayInputStream(image);
            assertEquals(SIZE, target.resume(Channels.newChannel(source)));
            assertEquals(MigrationState.STOP, target.state());
            target.change(MigrationState.RUNNING);

            Mdevs.assertHas(other, "jvfio");
            assertEquals(0x5a, other.bar(1).getByte(SCRATCH));
        }
    }

    @Test
    void savedDeviceGoesOnWhenItIsWanted() throws IOException {
        put("ab");
        byte[] image = saved();

        migration.change(MigrationState.RUNNING);
        Mdevs.assertHas(port, "ab");
        assertEquals(SIZE, resume(image));
        migration.change(MigrationState.RUNNING);
        Mdevs.assertHas(port, "ab");
    }

    @Test
    void partIsReadWhileTheDeviceWorksAndTheRestWhenItIsStopped() {
        MigrationData data = dataOf(MigrationState.PRE_COPY);
        ByteBuffer image = ByteBuffer.allocate(2 * SIZE);

        assertEquals(new MigrationData.PreCopy(HEADER, 0), data.preCopy());
        assertEquals(HEADER, data.read(image));
        assertEquals(0, data.read(image));
        assertEquals(new MigrationData.PreCopy(0, 0), data.preCopy());
        put("q");
        assertEquals(Optional.of(data), migration.change(MigrationState.PRE_COPY_P2P));
        assertSame(data, dataOf(MigrationState.STOP_COPY));

        assertEquals(SIZE - HEADER, data.read(image));
        assertEquals(-1, data.read(image));
        assertEquals(Optional.of(Errno.EINVAL), refusedPreCopy(data));
        assertEquals(Optional.empty(), migration.change(MigrationState.STOP));
        assertFalse(data.isOpen());
    }

    private static Optional<Errno> refusedPreCopy(MigrationData data) {
        VfioException refused = assertThrows(VfioException.class, data::preCopy);
        assertNames(refused, "VFIO_MIG_GET_PRECOPY_INFO", "not being pre-copied");
        return refused.errno().stream().mapToObj(Errno::of).findFirst();
    }

    @Test
    void anyBufferIsReadIntoAndWrittenFrom() {
        put("z");
        MigrationData saving = dataOf(MigrationState.STOP_COPY);
        ByteBuffer image = ByteBuffer.allocateDirect(SIZE);
        image.limit(10);
        assertEquals(10, saving.read(image));
        image.limit(SIZE);
        assertEquals(SIZE - 10, saving.read(image));
        assertEquals(0, saving.read(image));

        MigrationData resuming = dataOf(MigrationState.RESUMING);
        byte[] bytes = new byte[SIZE];
        image.flip().get(bytes);
        assertEquals(7, resuming.write(ByteBuffer.wrap(bytes, 0, 7)));
        image.position(7);
        assertEquals(SIZE - 7, resuming.write(image));
        assertEquals(0, image.remaining());
        assertEquals(0, resuming.write(image));
        migration.change(MigrationState.RUNNING);
        Mdevs.assertHas(port, "z");
    }

    @Test
    void dataGoesOneWay() {
        MigrationData saving = dataOf(MigrationState.STOP_COPY);
        assertThrows(NonWritableChannelException.class, () -> saving.write(ByteBuffer.allocate(1)));
        MigrationData resuming = dataOf(MigrationState.RESUMING);
        assertThrows(
                NonReadableChannelException.class, () -> resuming.read(ByteBuffer.allocate(1)));

        assertFalse(saving.isOpen());
        assertTrue(resuming.isOpen());
        assertThrows(IllegalStateException.class, () -> saving.read(ByteBuffer.allocate(1)));
    }

    @Test
    void wayThatThereIsNotIsRefusedAndNothingChanges() {
        MigrationData data = dataOf(MigrationState.STOP_COPY);

        VfioException refused =
                assertThrows(VfioException.class, () -> migration.change(MigrationState.PRE_COPY));

        assertEquals(OptionalInt.of(Errno.EINVAL.number()), refused.errno());
        assertNames(refused, port.name(), "STOP_COPY to PRE_COPY", "the device is STOP_COPY now");
        assertEquals(MigrationState.STOP_COPY, migration.state());
        assertEquals(SIZE, data.read(ByteBuffer.allocate(SIZE)));
        assertThrows(IllegalArgumentException.class, () -> migration.change(MigrationState.ERROR));
    }

    @Test
    void refusalEndsWhereTheCallerWantsIt() {
        MigrationData data = dataOf(MigrationState.STOP_COPY);

        VfioException refused =
                assertThrows(
                        VfioException.class,
                        () -> migration.change(MigrationState.PRE_COPY, MigrationState.RUNNING));

        assertNames(refused, "STOP_COPY to PRE_COPY", "the device is RUNNING now");
        assertEquals(MigrationState.RUNNING, migration.state());
        assertFalse(data.isOpen());
    }

    @Test
    void shortImageIsRefusedAndTheDeviceIsReset() throws IOException {
        byte[] image = saved();
        migration.change(MigrationState.RUNNING);

        VfioException refused =
                assertThrows(VfioException.class, () -> resume(Arrays.copyOf(image, SIZE / 2)));

        assertEquals(OptionalInt.of(Errno.EINVAL.number()), refused.errno());
        assertNames(refused, "RESUMING to STOP", "not the whole state");
        assertEquals(MigrationState.RUNNING, migration.state());
        put("k");
        Mdevs.assertHas(port, "k");
    }

    @Test
    void imageOfAnotherDeviceIsRefused() throws IOException {
        byte[] image = saved();
        migration.change(MigrationState.RUNNING);
        put("w");
        image[0] ^= 1;

        VfioException refused = assertThrows(VfioException.class, () -> resume(image));

        assertEquals(OptionalInt.of(Errno.EFAULT.number()), refused.errno());
        assertNames(refused, port.name(), "another kind of device");
        assertEquals(MigrationState.RUNNING, migration.state());
        Mdevs.assertHas(port, "w");
    }

    @Test
    void longImageIsRefused() throws IOException {
        byte[] image = saved();
        migration.change(MigrationState.RUNNING);

        VfioException refused =
                assertThrows(VfioException.class, () -> resume(Arrays.copyOf(image, SIZE + 1)));

        assertEquals(OptionalInt.of(Errno.ENOMEM.number()), refused.errno());
        assertEquals(MigrationState.RUNNING, migration.state());
    }

    @Test
    void channelThatFailsLeavesTheDeviceWhereItWas() {
        put("c");
        IOException full =
                assertThrows(
                        IOException.class, () -> migration.save(Channels.newChannel(new Full())));

        assertEquals("full", full.getMessage());
        assertEquals(MigrationState.RUNNING, migration.state());
        Mdevs.assertHas(port, "c");
    }

    /** Has no room. */
    private static final class Full extends OutputStream {
        @Override
        public void write(int unwanted) throws IOException {
            throw new IOException("full");
        }
    }

    @Test
    void resetEndsWhatWasUnderWay() {
        MigrationData data = dataOf(MigrationState.RESUMING);
        data.write(ByteBuffer.allocate(1));

        assertThrows(VfioException.class, () -> migration.change(MigrationState.STOP));
        assertThrows(
                VfioException.class,
                () -> migration.change(MigrationState.STOP, MigrationState.RUNNING));

        assertEquals(MigrationState.RUNNING, migration.state());
        assertFalse(data.isOpen());
    }

    @Test
    void dataMayBeClosedEarly() throws IOException {
        try (MigrationData data = dataOf(MigrationState.PRE_COPY)) {
            data.read(ByteBuffer.allocate(1));
        }
        migration.change(MigrationState.RUNNING);
        put("e");

        assertEquals(SIZE, resume(saved()));

        migration.change(MigrationState.RUNNING);
        Mdevs.assertHas(port, "e");
    }

    @Test
    void closingTheDeviceInTheMiddleClosesTheData() {
        MigrationData data = dataOf(MigrationState.STOP_COPY);

        port.close();

        assertFalse(data.isOpen());
        assertThrows(IllegalStateException.class, () -> data.read(ByteBuffer.allocate(1)));
        assertThrows(IllegalStateException.class, migration::state);
        assertThrows(IllegalStateException.class, () -> migration.change(MigrationState.RUNNING));
        assertThrows(IllegalStateException.class, port::migration);
    }
}
