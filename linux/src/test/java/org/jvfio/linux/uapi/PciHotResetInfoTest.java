// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.device.PciAddress;

class PciHotResetInfoTest {
    private final PciHotResetInfo info = new PciHotResetInfo(2);
    private final InfoBytes answer = new InfoBytes(info);

    private void function(int at, int id, String address) {
        PciAddress there = PciAddress.of(address);
        answer.u32(at, id);
        answer.bytes().putShort(at + 4, (short) there.domain());
        answer.bytes().put(at + 6, (byte) there.busNumber());
        answer.bytes().put(at + 7, (byte) (there.device() << 3 | there.function()));
    }

    @Test
    void theQuestionSaysHowMuchRoomThereIs() {
        assertEquals(12 + 2 * 8, answer.bytes().getInt(0));
        assertEquals(2, info.room());
    }

    @Test
    void functionsAreToldByGroup() {
        answer.u32(8, 2);
        function(12, 15, "0000:02:00.0");
        function(20, 16, "ffff:ff:1f.7");

        assertEquals(0, info.flags());
        assertEquals(
                List.of(
                        new PciHotResetInfo.Dependent(15, PciAddress.of("0000:02:00.0")),
                        new PciHotResetInfo.Dependent(16, PciAddress.of("ffff:ff:1f.7"))),
                info.devices());
    }

    @Test
    void functionsAreToldByTheirIdInTheIommufd() {
        answer.u32(4, PciHotResetInfo.DEV_ID).u32(8, 2);
        function(12, 3, "0000:02:00.0");
        function(20, -1, "0000:02:00.1");

        assertEquals(PciHotResetInfo.DEV_ID, info.flags());
        assertEquals(
                List.of(3, PciHotResetInfo.DEVICE_NOT_OWNED),
                info.devices().stream().map(PciHotResetInfo.Dependent::id).toList());
    }

    @Test
    void moreFunctionsThanThereIsRoomForAreCountedButNotRead() {
        answer.u32(8, 40);

        assertEquals(40, info.available());
        assertEquals(2, info.devices().size());
    }

    @Test
    void countThatIsNoneIsNotBelieved() {
        answer.u32(8, -1);

        assertEquals(2, info.available());
    }

    @Test
    void roomThatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PciHotResetInfo(-1));
        assertThrows(IllegalArgumentException.class, () -> new PciHotResetInfo(1 << 20));
    }
}
