// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.jvfio.device.Scsw.Activity;
import org.jvfio.device.Scsw.DeviceStatus;
import org.jvfio.device.Scsw.Function;
import org.jvfio.device.Scsw.Status;
import org.jvfio.device.Scsw.SubchannelStatus;

/** Blocks as Linux 7.3 handed them out, on a subchannel of QEMU. */
final class ChannelBlocksTest {
    private static ByteBuffer block(int size, int... words) {
        ByteBuffer block = ByteBuffer.allocate(size);
        for (int word : words) {
            block.putInt(word);
        }
        return block.rewind();
    }

    private static Irb irb(int... words) {
        return Irb.from(block(Irb.SIZE, words).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Test
    void programThatEndedWell() {
        Irb irb = irb(0x00804007, 0x108, 0x0c000005, 0x00800000);

        assertTrue(irb.scsw().clean());
        assertEquals(EnumSet.of(Function.START), irb.scsw().functions());
        assertEquals(5, irb.scsw().residualCount());
        assertEquals(0x108, irb.scsw().programAddress());
        assertEquals(0, irb.sense().length);
        assertEquals(Irb.SIZE, irb.bytes().length);
    }

    @Test
    void interruptThatTheProgramAskedForIsClean() {
        assertTrue(irb(0x00804007, 0, 0x0c800000).scsw().clean());
        assertFalse(irb(0x00804007, 0, 0x0c400000).scsw().clean());
        assertFalse(irb(0x00804007, 0, 0x0e000000).scsw().clean());
        assertFalse(irb(0x00804006, 0, 0x0c000000).scsw().clean());
    }

    @Test
    void unitCheckWithSenseData() {
        Irb irb = irb(0x04824017, 0x108, 0x02000000, 0x00800000, 0x01002000, 0, 0, 0, 0x80000000);

        assertFalse(irb.scsw().clean());
        assertEquals(EnumSet.of(DeviceStatus.UNIT_CHECK), irb.scsw().deviceStatus());
        assertTrue(irb.scsw().statusControl().contains(Status.ALERT));
        assertEquals(0, irb.scsw().deferredCode());
        assertEquals(32, irb.sense().length);
        assertEquals((byte) 0x80, irb.sense()[0]);
    }

    @Test
    void senseDataAreAsManyAsTheBlockSays() {
        assertEquals(
                24,
                irb(0x04824017, 0, 0x02000000, 0, 0x01180000, 0, 0, 0, 0x80000000).sense().length);
    }

    @Test
    void programCheck() {
        Scsw scsw = irb(0x00804017, 0x108, 0x00200000).scsw();

        assertEquals(EnumSet.of(SubchannelStatus.PROGRAM_CHECK), scsw.subchannelStatus());
        assertFalse(scsw.clean());
    }

    @Test
    void pathThatIsNotOperational() {
        Scsw scsw = irb(0x03804411, 0x15bc008, 0).scsw();

        assertEquals(3, scsw.deferredCode());
        assertEquals(EnumSet.of(Activity.START_PENDING), scsw.activity());
        assertEquals(EnumSet.of(Status.ALERT, Status.PENDING), scsw.statusControl());
    }

    @Test
    void subchannelWithASuspendedProgram() {
        Schib schib =
                Schib.from(
                        block(
                                Schib.SIZE,
                                0x0125a400,
                                0x18810011,
                                0x80008080,
                                0x0000ff80,
                                0x42000000,
                                0,
                                1,
                                0x03804020,
                                0x154a008,
                                0));

        assertTrue(schib.enabled());
        assertEquals(OptionalInt.of(0x11), schib.deviceNumber());
        assertEquals(0x80, schib.logicalPaths());
        assertEquals(0, schib.notOperationalPaths());
        assertEquals(0x80, schib.lastUsedPaths());
        assertEquals(0x80, schib.installedPaths());
        assertEquals(0xff, schib.operationalPaths());
        assertEquals(0x80, schib.availablePaths());
        assertEquals(0x42, schib.channelPath(0));
        assertThrows(IndexOutOfBoundsException.class, () -> schib.channelPath(8));
        assertEquals(EnumSet.of(Activity.SUSPENDED), schib.scsw().activity());
    }

    @Test
    void subchannelWithoutADevice() {
        assertEquals(
                OptionalInt.empty(), Schib.from(block(Schib.SIZE, 0, 0x0080_0011)).deviceNumber());
    }

    @Test
    void requestBlockIsReadAndWritten() {
        Orb guest = Orb.from(block(Orb.SIZE, 0x12345678, 0x18c2ff00, 0x1000));

        assertEquals(0x12345678, guest.parameter());
        assertEquals(0xff, guest.pathMask());
        assertTrue(guest.has(Orb.FORMAT_1 | Orb.PREFETCH | Orb.SUSPEND_CONTROL));
        assertFalse(guest.has(Orb.TRANSPORT_MODE));
        assertArrayEquals(block(Orb.SIZE, 0x12345678, 0x18c2ff00, 0x1000).array(), guest.bytes());
        assertThrows(
                IllegalArgumentException.class, () -> Orb.from(ByteBuffer.allocate(Orb.SIZE - 1)));
    }

    @Test
    void reportOfAChannelPath() {
        Crw report = new Crw(0x04060042);

        assertEquals(Crw.CHANNEL_PATH, report.source());
        assertEquals(Crw.PERMANENT_ERROR, report.recovery());
        assertEquals(0x42, report.sourceId());
        assertFalse(report.solicited() || report.overflow() || report.chained());
        assertTrue(new Crw(1 << 28 | 1 << 29 | 1 << 30).overflow());
    }

    @Test
    void resultsHaveConditionCodesWhereTheInstructionHas() {
        assertTrue(ChannelResult.ACCEPTED.accepted());
        assertEquals(OptionalInt.of(0), ChannelResult.ACCEPTED.conditionCode());
        assertEquals(OptionalInt.of(2), ChannelResult.BUSY.conditionCode());
        assertEquals(OptionalInt.of(3), ChannelResult.NOT_OPERATIONAL.conditionCode());
        assertEquals(OptionalInt.of(3), ChannelResult.PATH_NOT_OPERATIONAL.conditionCode());
        assertEquals(OptionalInt.empty(), ChannelResult.LOST.conditionCode());
    }

    @Test
    void subchannelsAreNamedAsInSysfs() {
        assertEquals(new SubchannelAddress(0xfe, 1, 0x2a), SubchannelAddress.of("fe.1.002A"));
        assertEquals("0.0.0002", SubchannelAddress.of("/sys/bus/css/devices/0.0.0002").name());
        for (String no : new String[] {"0.4.0002", "0.0.2", "0000:00:05.0", "0.0.0002x", ""}) {
            assertThrows(IllegalArgumentException.class, () -> SubchannelAddress.of(no));
        }
        assertThrows(IllegalArgumentException.class, () -> new SubchannelAddress(0, 4, 0));
    }
}
