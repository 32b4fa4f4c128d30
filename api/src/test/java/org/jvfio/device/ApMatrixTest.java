// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ApMatrixTest {
    private static final String FOUR_ZEROS = "0000000000000000";

    @Test
    void queuesAreTheCrossProduct() {
        ApMatrix matrix = ApMatrix.EMPTY.withAdapters(6, 5).withDomains(0x47, 4);

        assertEquals("[05.0004, 05.0047, 06.0004, 06.0047]", String.valueOf(matrix.queues()));
        assertTrue(matrix.contains(ApQueue.of("06.0047")));
        assertFalse(matrix.contains(new ApQueue(7, 4)));
        assertEquals(
                "adapters 05, 06; domains 0004, 0047; control domains none", matrix.toString());
    }

    @Test
    void listsOfSysfsAreRead() {
        ApMatrix matrix = ApMatrix.ofLists("05.0004\n05.00ab\n06.0004\n06.00ab\n", "0004\n00ff\n");

        assertEquals(
                ApMatrix.EMPTY.withAdapters(5, 6).withDomains(4, 0xab).withControlDomains(4, 0xff),
                matrix);
        assertEquals(ApMatrix.EMPTY.withAdapters(5, 6), ApMatrix.ofLists("05.\n06.\n", ""));
        assertEquals(ApMatrix.EMPTY.withDomains(4), ApMatrix.ofLists(".0004", "\n"));
        assertEquals(ApMatrix.EMPTY, ApMatrix.ofLists("", ""));
    }

    @Test
    void masksOfSysfsAreReadAndWritten() {
        String masks = "0x06%1$s,0x08%1$s,0x%2$s01".formatted("0".repeat(62), "0".repeat(62));
        ApMatrix matrix = ApMatrix.ofMasks(masks + "\n");

        assertEquals(
                ApMatrix.EMPTY.withAdapters(5, 6).withDomains(4).withControlDomains(255), matrix);
        assertEquals(masks, matrix.toMasks());
        assertEquals(ApMatrix.EMPTY, ApMatrix.ofMasks(ApMatrix.EMPTY.toMasks()));
    }

    @Test
    void shortMaskStandsForItsLeftEnd() {
        ApMask mask = ApMask.of("0x41");

        assertEquals(new TreeSet<>(List.of(1, 7)), mask.numbers());
        assertEquals("0x41" + "0".repeat(14) + FOUR_ZEROS.repeat(3), mask.toString());
    }

    @Test
    void whatIsNoMatrixIsRefused() {
        for (String line : List.of("05", "5x.0004", "05.zz", "100.0004", "05.0100")) {
            assertThrows(IllegalArgumentException.class, () -> ApMatrix.ofLists(line, ""), line);
        }
        assertThrows(IllegalArgumentException.class, () -> ApMatrix.ofLists("", "x"));
        for (String mask : List.of("", "41", "0x", "0xg", "0x" + "0".repeat(65))) {
            assertThrows(IllegalArgumentException.class, () -> ApMask.of(mask), mask);
        }
        assertThrows(IllegalArgumentException.class, () -> ApMatrix.ofMasks("0x1,0x1"));
        assertThrows(IllegalArgumentException.class, () -> ApMatrix.EMPTY.withAdapters(256));
        assertThrows(IllegalArgumentException.class, () -> ApMatrix.EMPTY.withDomains(-1));
        assertThrows(IllegalArgumentException.class, () -> ApQueue.of("0504"));
    }
}
