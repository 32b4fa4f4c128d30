// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

/**
 * The buses of sysfs that platform devices are on.
 *
 * <p>Linux puts a device there whose node is compatible with {@code arm,primecell} on a bus of its
 * own, with a VFIO driver of its own that it calls deprecated.
 */
enum SysfsBus {
    PLATFORM("platform"),
    AMBA("amba");

    private final String kernelName;

    SysfsBus(String kernelName) {
        this.kernelName = kernelName;
    }

    String path() {
        return "/sys/bus/" + kernelName;
    }

    String devices() {
        return path() + "/devices";
    }

    /** The driver that gives its devices to VFIO. */
    String driver() {
        return "vfio-" + kernelName;
    }

    String driverPath() {
        return path() + "/drivers/" + driver();
    }
}
