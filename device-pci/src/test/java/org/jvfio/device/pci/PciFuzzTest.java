// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciCapability;

/** Whatever is in a configuration space or in sysfs: it is read to its end, or refused in words. */
@Timeout(60)
class PciFuzzTest {
    private static final int CASES = 20_000;
    private static final int MSIX = 0x11;
    private static final List<String> TEXTS =
            List.of("0x8086", "-1", "0xffffffffff", "", "12", "vfio-pci", "99999999999", "0x", "é");

    private final long seed =
            Long.getLong("jvfio.seed", ThreadLocalRandom.current().nextLong(1L << 30));

    @Test
    void capabilitiesAreWalkedOnceWhateverTheyPointTo() {
        fuzz(
                "CapabilityWalk",
                random -> {
                    ConfigImage image = image(random);
                    Set<Integer> seen = new HashSet<>();
                    for (PciCapability capability : CapabilityWalk.of(image)) {
                        assertTrue(seen.add(capability.offset()), capability::toString);
                        assertTrue(capability.offset() >= 0x40, capability::toString);
                        assertTrue(capability.offset() < image.size(), capability::toString);
                        assertEquals(capability.offset() >= 0x100, capability.extended());
                    }
                });
    }

    @Test
    void msixTableIsFoundOrRefused() {
        fuzz(
                "MsixTable",
                random -> {
                    try {
                        Optional<MsixTable> table = MsixTable.of("x", image(random));
                        table.ifPresent(PciFuzzTest::check);
                    } catch (VfioException refused) {
                        assertTrue(refused.object().equals("x"));
                    }
                });
    }

    private static void check(MsixTable table) {
        assertTrue(table.bar() >= 0 && table.bar() <= 5);
        assertTrue(table.area().offset() >= 0);
        assertTrue(table.area().size() >= 16 && table.area().size() <= 2048 * 16);
    }

    @Test
    void functionsAreShownWhateverSysfsSaysOfThem() {
        fuzz(
                "PciDiscovery",
                random -> {
                    FakeSysfs files = new FakeSysfs();
                    String name = "0000:02:00." + random.nextInt(8);
                    files.function(name, text(random), driver(random), random.nextInt(20));
                    garble(files, "/sys/bus/pci/devices/" + name, random);
                    PciDiscovery discovery = new PciDiscovery(files);
                    for (DeviceNode node : discovery.devices()) {
                        assertEquals(name, node.name());
                        assertTrue(node.group().orElse(0) >= 0);
                        assertTrue(discovery.find(name).isPresent());
                    }
                });
    }

    private static void garble(FakeSysfs files, String path, Random random) {
        for (String attribute : List.of("vendor", "device", "class", "revision")) {
            if (random.nextBoolean()) {
                files.file(path + "/" + attribute, text(random));
            }
        }
        if (random.nextBoolean()) {
            files.link(path + "/iommu_group", "/sys/kernel/iommu_groups/" + text(random));
        }
        if (random.nextBoolean()) {
            files.link(path + "/driver", text(random));
        }
        if (random.nextBoolean()) {
            files.file(path + "/vfio-dev/vfio" + text(random) + "/dev", text(random));
        }
    }

    private static String driver(Random random) {
        return random.nextBoolean() ? "vfio-pci" : text(random);
    }

    private static String text(Random random) {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        return random.nextInt(4) > 0 ? text : text + (char) random.nextInt(0x3000) + text;
    }

    /** Random bytes of some size, in which a chain begins and MSI-X is somewhere. */
    private static ConfigImage image(Random random) {
        int size = random.nextBoolean() ? 256 : random.nextInt(4097);
        ConfigImage image = ConfigImage.random(size, random);
        if (size >= 256 && random.nextInt(4) > 0) {
            int at = random.nextInt(256) & ~3;
            image.chain(at).standard(at & 0xfc, MSIX, random.nextInt(256));
        }
        return image;
    }

    private void fuzz(String what, Consumer<Random> each) {
        for (int i = 0; i < CASES; i++) {
            try {
                each.accept(new Random(seed + i));
            } catch (RuntimeException | AssertionError wrong) {
                fail(what + ": run again with -Djvfio.seed=" + (seed + i), wrong);
            }
        }
        System.out.printf("fuzzing: %s: %,d cases%n", what, CASES);
    }
}
