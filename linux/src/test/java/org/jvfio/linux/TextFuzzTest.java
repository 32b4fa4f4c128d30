// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.device.PciAddress;
import org.jvfio.device.Region.Area;

/** Whatever text sysfs, procfs or a person gives: it is read, or refused as is documented. */
@Timeout(60)
class TextFuzzTest {
    private static final int CASES = 40_000;
    private static final List<String> TEXTS =
            List.of(
                    "0000:02:00.0",
                    "/sys/bus/pci/devices/0000:02:1f.7",
                    "511:3",
                    "0x8086",
                    "Max locked memory         67108864             67108864             bytes",
                    "Max locked memory         unlimited            unlimited            bytes",
                    "VmLck:\t       0 kB\nVmPin:\t    4096 kB\n",
                    "../../../../kernel/iommu_groups/12",
                    "99999999999999999999",
                    "-1");

    private final long seed =
            Long.getLong("jvfio.seed", ThreadLocalRandom.current().nextLong(1L << 30));

    @Test
    void addressIsReadOrRefused() {
        fuzz(
                "PciAddress.of",
                random -> {
                    try {
                        PciAddress address = PciAddress.of(text(random));
                        assertTrue(PciAddress.of(address.name()).equals(address));
                    } catch (IllegalArgumentException refused) {
                        assertTrue(refused.getMessage().contains("PCI address"));
                    }
                });
    }

    @Test
    void deviceNumberIsReadOrRefused() {
        fuzz(
                "DeviceNumber.parse",
                random -> {
                    try {
                        DeviceNumber number = DeviceNumber.parse(text(random));
                        assertTrue(number.major() >= 0 && number.minor() >= 0);
                    } catch (IllegalArgumentException refused) {
                        assertTrue(refused.getMessage().contains("MAJOR:MINOR"));
                    }
                });
    }

    @Test
    void limitsOfTheProcessAreReadWhateverTheySay() {
        fuzz(
                "LockedMemory",
                random -> {
                    LockedMemory memory = new LockedMemory(kernel(text(random)));
                    assertTrue(memory.limit().orElse(0) >= 0);
                    assertTrue(memory.inUse() >= 0);
                    assertTrue(!memory.advice(4096).isEmpty());
                });
    }

    @Test
    void groupIsReadWhateverItsFilesSay() {
        fuzz(
                "IommuGroup",
                random -> {
                    IommuGroup group = new IommuGroup(new OneText(text(random)), 3);
                    assertTrue(group.members().size() == 2);
                    group.obstacleFor(text(random));
                });
    }

    @Test
    void areasLieWithinTheirRegionWhateverTheKernelOffers() {
        fuzz(
                "MappableAreas",
                random -> {
                    long size = random.nextLong() >>> random.nextInt(64) >>> 1;
                    List<Area> offered =
                            random.longs(2L * random.nextInt(5))
                                    .map(bits -> bits >> random.nextInt(64))
                                    .mapToObj(bits -> new Area(bits, random.nextLong() >> 20))
                                    .toList();
                    List<Area> areas = MappableAreas.checked(offered, size, 4096);
                    long free = 0;
                    for (Area area : areas) {
                        assertTrue(area.offset() >= free && area.size() > 0, areas::toString);
                        assertTrue(area.offset() % 4096 == 0, areas::toString);
                        assertTrue(area.size() <= size - area.offset(), areas::toString);
                        free = area.offset() + area.size();
                    }
                });
    }

    /** A case that may be refused by the kernel as well. */
    private interface Case {
        void accept(SplittableRandom random) throws KernelException;
    }

    private void fuzz(String what, Case each) {
        for (int i = 0; i < CASES; i++) {
            try {
                each.accept(new SplittableRandom(seed + i));
            } catch (RuntimeException | KernelException | AssertionError wrong) {
                fail(what + ": run again with -Djvfio.seed=" + (seed + i), wrong);
            }
        }
        System.out.printf("fuzzing: %s: %,d cases%n", what, CASES);
    }

    /** One of the usual texts with a few characters changed, put in or left out. */
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder(TEXTS.get(random.nextInt(TEXTS.size())));
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, (char) random.nextInt(0x3000));
                case 1 -> text.insert(at, random.nextInt(10));
                case 2 -> text.insert(at, TEXTS.get(random.nextInt(TEXTS.size())));
                default -> text.delete(at, Math.min(text.length(), at + random.nextInt(4)));
            }
        }
        return text.toString();
    }

    private static Kernel kernel(String text) {
        return new ScriptedKernel().reading(new OneText(text));
    }

    /** File trees all of whose files have the same text. */
    private record OneText(String text) implements FileTree {
        @Override
        public boolean exists(String path) {
            return !text.isEmpty();
        }

        @Override
        public boolean mayReadAndWrite(String path) {
            return true;
        }

        @Override
        public String read(String path) {
            return text;
        }

        @Override
        public List<String> list(String path) {
            return List.of(text, "other");
        }

        @Override
        public String resolve(String path) {
            return text;
        }

        @Override
        public DeviceNumber deviceNumber(String path) {
            return new DeviceNumber(0, 0);
        }
    }
}
