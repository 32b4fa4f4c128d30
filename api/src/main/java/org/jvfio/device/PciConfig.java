// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.List;
import java.util.Optional;

/**
 * A PCI function's configuration space, as the kernel lets user space see it.
 *
 * <p>Little-endian whatever the machine. Some fields are virtual: the kernel keeps BARs and MSI
 * registers to itself.
 */
public interface PciConfig extends Registers {
    /** Vendor ID. */
    default int vendorId() {
        return Short.toUnsignedInt(getShort(0x00));
    }

    /** Device ID. */
    default int deviceId() {
        return Short.toUnsignedInt(getShort(0x02));
    }

    /** Revision. */
    default int revision() {
        return Byte.toUnsignedInt(getByte(0x08));
    }

    /** Base class, sub-class and programming interface: {@code 0x010802} for NVMe. */
    default int classCode() {
        return getInt(0x08) >>> 8;
    }

    /** Subsystem vendor ID, of a function with header type 0. */
    default int subsystemVendorId() {
        return Short.toUnsignedInt(getShort(0x2c));
    }

    /** Subsystem ID, of a function with header type 0. */
    default int subsystemId() {
        return Short.toUnsignedInt(getShort(0x2e));
    }

    /**
     * The capabilities, standard ones first, each chain in its own order.
     *
     * <p>A chain that loops or points outside ends where it stops making sense.
     */
    List<PciCapability> capabilities();

    /** The first standard capability with this ID: {@code 0x11} for MSI-X. */
    default Optional<PciCapability> capability(int id) {
        return capabilities().stream().filter(c -> !c.extended() && c.id() == id).findFirst();
    }

    /** The first extended capability with this ID: {@code 0x10} for SR-IOV. */
    default Optional<PciCapability> extendedCapability(int id) {
        return capabilities().stream().filter(c -> c.extended() && c.id() == id).findFirst();
    }
}
