// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jvfio.device.Region.Area;

final class MappableAreasTest {
    private static final long PAGE = 0x1000;
    private static final long SIZE = 0x10000;

    @Test
    void areasAreSorted() {
        assertEquals(
                List.of(new Area(0x1000, 0x1000), new Area(0x8000, 0x2000)),
                checked(new Area(0x8000, 0x2000), new Area(0x1000, 0x1000)));
    }

    @Test
    void areasAreClippedToTheRegion() {
        assertEquals(List.of(new Area(0xf000, 0x1000)), checked(new Area(0xf000, 0x5000)));
        assertEquals(List.of(new Area(0, SIZE)), checked(new Area(0, Long.MAX_VALUE)));
    }

    @Test
    void overlapsBelongToTheLowerArea() {
        assertEquals(
                List.of(new Area(0x1000, 0x3000), new Area(0x4000, 0x1000)),
                checked(new Area(0x1000, 0x3000), new Area(0x2000, 0x3000)));
    }

    @Test
    void areasThatTouchStayTwo() {
        assertEquals(
                List.of(new Area(0, 0x1000), new Area(0x1000, 0x1000)),
                checked(new Area(0, 0x1000), new Area(0x1000, 0x1000)));
    }

    @Test
    void onlyWholePagesAreLeft() {
        assertEquals(List.of(new Area(0x2000, 0x1000)), checked(new Area(0x1800, 0x1900)));
        assertEquals(List.of(), checked(new Area(0x1001, 0xfff)));
    }

    @Test
    void theLastPageMayEndWithTheRegion() {
        assertEquals(
                List.of(new Area(0, 0x800)),
                MappableAreas.checked(List.of(new Area(0, 0x800)), 0x800, PAGE));
    }

    @Test
    void garbageIsDropped() {
        assertEquals(
                List.of(),
                checked(
                        new Area(0, 0),
                        new Area(-0x1000, 0x3000),
                        new Area(0x1000, -1),
                        new Area(SIZE, 0x1000),
                        new Area(Long.MIN_VALUE, Long.MIN_VALUE),
                        new Area(Long.MAX_VALUE, Long.MAX_VALUE)));
    }

    @Test
    void holeLeavesWhatIsBelowAndAbove() {
        List<Area> whole = List.of(new Area(0, SIZE));

        assertEquals(
                List.of(new Area(0, 0x2000), new Area(0x3000, 0xd000)),
                MappableAreas.without(whole, new Area(0x2800, 0x40), PAGE));
        assertEquals(
                List.of(new Area(0x1000, 0xf000)),
                MappableAreas.without(whole, new Area(0, 0x40), PAGE));
        assertEquals(
                List.of(new Area(0, 0xf000)),
                MappableAreas.without(whole, new Area(0xff00, 0x100), PAGE));
        assertEquals(List.of(), MappableAreas.without(whole, new Area(0, SIZE), PAGE));
    }

    @Test
    void holeIsCutOutOfEveryArea() {
        assertEquals(
                List.of(new Area(0, 0x1000), new Area(0x6000, 0x1000)),
                MappableAreas.without(
                        List.of(new Area(0, 0x2000), new Area(0x4000, 0x3000)),
                        new Area(0x1fff, 0x3002),
                        PAGE));
    }

    @Test
    void whateverTheKernelSaysTheAreasMakeSense() {
        Random random = new Random(20);
        for (int round = 0; round < 10_000; round++) {
            long size = random.nextInt(0x20000);
            List<Area> offered =
                    IntStream.range(0, random.nextInt(6)).mapToObj(i -> area(random)).toList();
            Area hole = new Area(random.nextInt(0x20000), 1 + random.nextInt(0x3000));

            List<Area> areas =
                    MappableAreas.without(MappableAreas.checked(offered, size, PAGE), hole, PAGE);

            assertSensible(areas, size, hole);
        }
    }

    private static Area area(Random random) {
        return random.nextInt(4) == 0
                ? new Area(random.nextLong(), random.nextLong())
                : new Area(random.nextInt(0x20000), random.nextInt(0x8000));
    }

    private static void assertSensible(List<Area> areas, long size, Area hole) {
        long free = 0;
        for (Area area : areas) {
            long end = area.offset() + area.size();
            assertTrue(area.size() > 0 && area.offset() >= free && end <= size, areas::toString);
            assertEquals(0, area.offset() % PAGE, areas::toString);
            assertTrue(end % PAGE == 0 || end == size, areas::toString);
            assertTrue(
                    end <= hole.offset() || area.offset() >= hole.offset() + hole.size(),
                    areas::toString);
            free = end;
        }
    }

    private static List<Area> checked(Area... offered) {
        return MappableAreas.checked(List.of(offered), SIZE, PAGE);
    }
}
