// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;
import org.jvfio.device.Region.Area;

@Timeout(60)
final class MsixTableTest {
    private static final String NAME = "0000:02:00.0";

    @Test
    void tableIsFoundInItsBar() {
        assertEquals(
                Optional.of(new MsixTable(4, new Area(0x2000, 65 * 16))),
                MsixTable.of(NAME, config(0x40, 64, 0x2004)));
    }

    @Test
    void controlBitsAreNotPartOfTheSize() {
        assertEquals(
                Optional.of(new MsixTable(0, new Area(0, 2048 * 16))),
                MsixTable.of(NAME, config(0x40, 0xffff, 0)));
    }

    @Test
    void functionWithoutMsixHasNoTable() {
        assertEquals(Optional.empty(), MsixTable.of(NAME, new ConfigImage(256)));
    }

    @Test
    void barThatCannotBeIsRefused() {
        assertThat(
                        assertThrows(
                                VfioException.class,
                                () -> MsixTable.of(NAME, config(0x40, 0, 0x1006))))
                .hasMessage(
                        "0000:02:00.0: MSI-X capability at 0x40: its table is in BAR 6, and BARs are"
                                + " 0 to 5");
    }

    @Test
    void capabilityThatDoesNotFitIsRefused() {
        ConfigImage config = new ConfigImage(256).chain(0xf8).standard(0xf8, 0x11, 0);

        assertThrows(VfioException.class, () -> MsixTable.of(NAME, config));
    }

    @Test
    void tableMustBeWithinItsBar() {
        MsixTable table = new MsixTable(2, new Area(0xff0, 32));

        table.checkWithin(NAME, 0x1010);
        table.checkWithin(NAME, 0);
        assertThat(assertThrows(VfioException.class, () -> table.checkWithin(NAME, 0x1000)))
                .hasMessageContaining(
                        "0x20 bytes at 0xff0, is not within the 0x1000 bytes of BAR 2");
        assertThrows(VfioException.class, () -> table.checkWithin(NAME, 16));
    }

    @Test
    void tableFarAwayIsUnsigned() {
        MsixTable table = MsixTable.of(NAME, config(0x40, 0, 0xffff_fff8)).orElseThrow();

        assertEquals(new Area(0xffff_fff8L, 16), table.area());
        assertThrows(VfioException.class, () -> table.checkWithin(NAME, 1L << 32));
    }

    @Test
    void garbageIsATableOrARefusal() {
        Random random = new Random(5);
        for (int round = 0; round < 10_000; round++) {
            ConfigImage config = ConfigImage.random(256, random).chain(random.nextInt(256));
            config.standard(config.getByte(0x34) & 0xfc, 0x11, random.nextInt(256));
            try {
                MsixTable.of(NAME, config)
                        .ifPresent(table -> assertThat(table.bar()).isBetween(0, 5));
            } catch (VfioException refused) {
                assertThat(refused).hasMessageStartingWith(NAME + ": MSI-X capability");
            }
        }
    }

    private static ConfigImage config(int at, int control, int table) {
        return new ConfigImage(256)
                .chain(at)
                .standard(at, 0x11, 0)
                .word(at + 2, control)
                .dword(at + 4, table);
    }
}
