// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;

/** Where the files of a PCI function are, as sysfs says. */
final class CharacterDevices {
    private static final String DEVICES = "/sys/bus/pci/devices/";

    private CharacterDevices() {}

    /** The file of its IOMMU group. */
    static String group(Kernel kernel, String name) throws KernelException {
        String link = kernel.files().resolve(DEVICES + name + "/iommu_group");
        return "/dev/vfio/" + link.substring(link.lastIndexOf('/') + 1);
    }

    /** Its own file. */
    static String cdev(Kernel kernel, String name) throws KernelException {
        return "/dev/vfio/devices/" + kernel.files().list(DEVICES + name + "/vfio-dev").get(0);
    }

    /** A number that sysfs shows in a file of the function's: {@code "vendor"}. */
    static int number(Kernel kernel, String name, String file) throws KernelException {
        return Integer.decode(kernel.files().read(DEVICES + name + "/" + file).strip());
    }
}
