// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.IovaRange;

/**
 * Whatever bytes a kernel puts into an answer: reading it ends, throws nothing, and says nothing
 * that cannot be.
 */
@Timeout(60)
class AnswerFuzzTest {
    private static final int CASES = 40_000;
    private static final int LONGEST = 1 << 20;

    private final long seed =
            Long.getLong("jvfio.seed", ThreadLocalRandom.current().nextLong(1L << 30));

    @Test
    void type1InfoIsReadWhateverItSays() {
        fuzz(
                "Type1Info",
                random -> {
                    Type1Info info = new Type1Info(random.nextInt(512));
                    mangle(random, new InfoBytes(info).bytes(), Type1Info.CAP_OFFSET_AT);
                    checkInfo(info);
                    info.iovaRanges().ifPresent(ranges -> checkRanges(ranges, info.capacity()));
                    info.migration();
                    info.dmaAvailable().ifPresent(left -> assertTrue(left >= 0));
                    info.pageSizes();
                });
    }

    @Test
    void deviceInfoIsReadWhateverItSays() {
        fuzz(
                "DeviceInfo",
                random -> {
                    DeviceInfo info = new DeviceInfo(random.nextInt(256));
                    mangle(random, new InfoBytes(info).bytes(), DeviceInfo.CAP_OFFSET_AT);
                    checkInfo(info);
                    assertTrue(info.regions() >= 0 && info.regions() <= 1 << 12);
                    assertTrue(info.irqs() >= 0 && info.irqs() <= 1 << 12);
                });
    }

    @Test
    void regionInfoIsReadWhateverItSays() {
        fuzz(
                "RegionInfo",
                random -> {
                    RegionInfo info = new RegionInfo(random.nextInt(), random.nextInt(512));
                    mangle(random, new InfoBytes(info).bytes(), RegionInfo.CAP_OFFSET_AT);
                    checkInfo(info);
                    info.sparseAreas()
                            .ifPresent(areas -> assertTrue(areas.size() * 16 <= info.capacity()));
                    info.type();
                    info.msixMappable();
                });
    }

    @Test
    void irqInfoIsReadWhateverItSays() {
        fuzz(
                "IrqInfo",
                random -> {
                    IrqInfo info = new IrqInfo(random.nextInt());
                    mangle(random, new InfoBytes(info).bytes(), 0);
                    info.count();
                    info.flags();
                });
    }

    @Test
    void iovaRangesAreReadWhateverTheySay() {
        fuzz(
                "IoasIovaRanges",
                random -> {
                    int room = random.nextInt(32);
                    IoasIovaRanges info = new IoasIovaRanges(random.nextInt(), room);
                    mangle(random, new InfoBytes(info).bytes(), IoasIovaRanges.NUM_IOVAS_AT);
                    assertTrue(info.available() >= 0 && info.available() <= LONGEST);
                    checkRanges(info.ranges(), info.capacity());
                    info.alignment();
                });
    }

    @Test
    void hotResetInfoIsReadWhateverItSays() {
        fuzz(
                "PciHotResetInfo",
                random -> {
                    int room = random.nextInt(32);
                    PciHotResetInfo info = new PciHotResetInfo(room);
                    mangle(random, new InfoBytes(info).bytes(), PciHotResetInfo.COUNT_AT);
                    assertTrue(info.available() >= 0 && info.available() <= LONGEST);
                    assertTrue(info.devices().size() <= room);
                });
    }

    @Test
    void capabilityChainsEndWhereverTheyLead() {
        fuzz(
                "CapabilityChain",
                random -> {
                    ByteBuffer struct = ByteBuffer.allocate(random.nextInt(1024));
                    int fixed = random.nextInt(64);
                    mangle(random, struct, 0);
                    link(random, struct);
                    checkChain(
                            CapabilityChain.read(struct, random.nextInt(-8, 1100), fixed),
                            struct.capacity());
                });
    }

    private void fuzz(String what, Consumer<SplittableRandom> each) {
        for (int i = 0; i < CASES; i++) {
            try {
                each.accept(new SplittableRandom(seed + i));
            } catch (RuntimeException | AssertionError wrong) {
                fail(what + ": run again with -Djvfio.seed=" + (seed + i), wrong);
            }
        }
        System.out.printf("fuzzing: %s: %,d cases%n", what, CASES);
    }

    /** Random bytes, or a few of them, with a number at {@code interesting} that may make sense. */
    private static void mangle(SplittableRandom random, ByteBuffer bytes, int interesting) {
        int changes = random.nextBoolean() ? bytes.capacity() : random.nextInt(8);
        for (int i = 0; i < changes && bytes.capacity() > 0; i++) {
            bytes.put(random.nextInt(bytes.capacity()), (byte) random.nextInt());
        }
        if (random.nextBoolean() && bytes.capacity() >= interesting + 8) {
            bytes.putInt(interesting, random.nextInt(bytes.capacity()) & ~3);
            bytes.putInt(4, -1);
            link(random, bytes);
        }
    }

    /** Headers that lead to one another, in circles too. */
    private static void link(SplittableRandom random, ByteBuffer bytes) {
        for (int i = 0; i < 6 && bytes.capacity() >= 40; i++) {
            int at = random.nextInt(bytes.capacity() - 24) & ~3;
            bytes.putShort(at, (short) random.nextInt(5));
            bytes.putInt(at + 4, random.nextInt(bytes.capacity()) & ~3);
            bytes.putInt(at + 8, random.nextInt(6));
        }
    }

    private static void checkInfo(InfoStruct info) {
        assertTrue(info.needed() >= info.capacity() && info.needed() <= LONGEST);
        checkChain(info.capabilities(), info.capacity());
    }

    private static void checkChain(CapabilityChain chain, int capacity) {
        long bytes = 0;
        for (Capability capability : chain.all()) {
            assertTrue(capability.id() >= 0 && capability.id() <= 0xffff);
            bytes += capability.payload().capacity();
        }
        assertTrue(chain.all().size() <= capacity / 4, "each link is followed once");
        assertTrue(bytes <= 3L * capacity, "payloads do not grow");
    }

    private static void checkRanges(List<IovaRange> ranges, int capacity) {
        assertTrue(ranges.size() * 16 <= capacity);
        ranges.forEach(r -> assertTrue(Long.compareUnsigned(r.first(), r.last()) <= 0));
    }
}
