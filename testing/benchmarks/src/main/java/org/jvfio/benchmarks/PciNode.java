// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The files of a PCI device, found without jvfio.
 *
 * @param group its group's: {@code /dev/vfio/5}
 * @param cdev its own: {@code /dev/vfio/devices/vfio0}
 */
record PciNode(String group, String cdev) {
    static PciNode of(String address) {
        Path device = Path.of("/sys/bus/pci/devices", address);
        try (Stream<Path> cdevs = Files.list(device.resolve("vfio-dev"))) {
            Path group = Files.readSymbolicLink(device.resolve("iommu_group"));
            Path cdev = cdevs.findFirst().orElseThrow();
            return new PciNode(
                    "/dev/vfio/" + group.getFileName(), "/dev/vfio/devices/" + cdev.getFileName());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
