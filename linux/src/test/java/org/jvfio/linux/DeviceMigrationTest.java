// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationData;
import org.jvfio.device.MigrationState;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.MigrationFlags;

/** Migration of drivers that do what the kernel's sample does not. */
final class DeviceMigrationTest {
    private final ScriptedVfio vfio = new ScriptedVfio();
    private final KernelDevice device = new ScriptedDevice(vfio).open();
    private final List<MigrationState> asked = new ArrayList<>();
    private long flags = MigrationFlags.STOP_COPY | MigrationFlags.PRE_COPY;
    private int state = MigrationState.RUNNING.number();
    private int refusal;
    private int stateAfterRefusal = -1;

    @BeforeEach
    void answer() {
        vfio.onFeature = this::feature;
        vfio.onReset =
                tries -> {
                    state = MigrationState.RUNNING.number();
                    return 0;
                };
    }

    @AfterEach
    void nothingIsLeft() {
        device.close();
        vfio.assertNothingLeaked();
    }

    private int feature(ByteBuffer struct) {
        int feature = struct.getInt(4);
        if (feature == (DeviceFeature.MIGRATION | DeviceFeature.GET)) {
            struct.putLong(8, flags);
            return flags == 0 ? -Errno.ENOTTY.number() : 0;
        }
        if (feature == (DeviceFeature.MIG_DEVICE_STATE | DeviceFeature.GET)) {
            struct.putInt(8, state);
            return 0;
        }
        return feature == (DeviceFeature.MIG_DEVICE_STATE | DeviceFeature.SET)
                ? change(struct)
                : -Errno.ENOTTY.number();
    }

    private int change(ByteBuffer struct) {
        MigrationState to = MigrationState.of(struct.getInt(8)).orElseThrow();
        asked.add(to);
        if (refusal != 0) {
            state = stateAfterRefusal < 0 ? state : stateAfterRefusal;
            return -refusal;
        }
        boolean preCopied = to == MigrationState.STOP_COPY && state == 6;
        state = to.number();
        if (to.carriesData() && !preCopied) {
            vfio.giveMigrationData(struct);
        }
        return 0;
    }

    private Migration migration() {
        return device.migration().orElseThrow();
    }

    @Test
    void driverWithoutMigrationHasNone() {
        flags = 0;
        assertEquals(Optional.empty(), device.migration());
    }

    @Test
    void kernelThatDoesNotTellSizesIsAskedInVain() {
        assertEquals(OptionalLong.empty(), migration().stopCopyBytes());
    }

    @Test
    void nothingForNowAndTheEndAreToldApart() {
        MigrationData data = migration().change(MigrationState.PRE_COPY).orElseThrow();
        vfio.migrationReads.addAll(List.of(-Errno.ENOMSG.number(), 0));
        assertEquals(0, data.read(ByteBuffer.allocate(8)));
        assertEquals(0, data.read(ByteBuffer.allocate(8)));

        migration().change(MigrationState.STOP_COPY);
        vfio.migrationReads.addAll(List.of(8, 0));
        assertEquals(8, data.read(ByteBuffer.allocate(8)));
        assertEquals(-1, data.read(ByteBuffer.allocate(8)));
    }

    @Test
    void interruptedReadIsMadeAgain() {
        MigrationData data = migration().change(MigrationState.STOP_COPY).orElseThrow();
        vfio.migrationReads.addAll(List.of(-Errno.EINTR.number(), 3));

        assertEquals(3, data.read(ByteBuffer.allocateDirect(8)));
    }

    @Test
    void deviceInErrorIsResetOnTheWayBack() {
        refusal = Errno.EIO.number();
        stateAfterRefusal = MigrationState.ERROR.number();

        VfioException refused =
                assertThrows(
                        VfioException.class,
                        () -> migration().change(MigrationState.STOP, MigrationState.RUNNING));

        assertTrue(
                String.valueOf(refused.getMessage()).contains("the device is RUNNING now"),
                refused::getMessage);
        assertEquals(List.of(MigrationState.STOP, MigrationState.RUNNING), asked);
        assertEquals(1, vfio.resets);
    }

    @Test
    void deviceInErrorIsSaidToNeedAReset() {
        refusal = Errno.EIO.number();
        stateAfterRefusal = MigrationState.ERROR.number();

        VfioException refused =
                assertThrows(VfioException.class, () -> migration().change(MigrationState.STOP));

        assertTrue(
                String.valueOf(refused.getMessage()).contains("of no use before it is reset"),
                refused::getMessage);
        assertEquals(MigrationState.ERROR, migration().state());
        assertEquals(0, vfio.resets);
    }

    @Test
    void stateOfANewerKernelIsRefused() {
        state = 77;

        assertTrue(
                String.valueOf(assertThrows(VfioException.class, migration()::state).getMessage())
                        .contains("77"));
    }

    @Test
    void resetEndsTheData() {
        MigrationData data = migration().change(MigrationState.STOP_COPY).orElseThrow();

        device.reset();

        assertThrows(IllegalStateException.class, () -> data.read(ByteBuffer.allocate(1)));
        vfio.assertNothingLeaked();
    }

    @Test
    void fileThatWasLostIsMissedBeforeAnythingIsSaved() throws IOException {
        flags = MigrationFlags.STOP_COPY;
        refusal = Errno.EMFILE.number();
        stateAfterRefusal = MigrationState.STOP_COPY.number();
        ByteArrayOutputStream image = new ByteArrayOutputStream();

        VfioException refused =
                assertThrows(
                        VfioException.class, () -> migration().save(Channels.newChannel(image)));

        assertTrue(
                String.valueOf(refused.getMessage()).contains("no descriptor left"),
                refused::getMessage);
        assertEquals(MigrationState.RUNNING, migration().state());
        assertEquals(0, image.size());
    }
}
