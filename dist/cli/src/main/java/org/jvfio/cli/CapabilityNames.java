// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.Map;
import org.jvfio.device.PciCapability;

/** The names of PCI capabilities. Source: {@code linux/pci_regs.h}. */
final class CapabilityNames {
    private static final Map<Integer, String> STANDARD =
            Map.ofEntries(
                    Map.entry(0x01, "power management"),
                    Map.entry(0x02, "AGP"),
                    Map.entry(0x03, "vital product data"),
                    Map.entry(0x04, "slot identification"),
                    Map.entry(0x05, "MSI"),
                    Map.entry(0x06, "CompactPCI hot swap"),
                    Map.entry(0x07, "PCI-X"),
                    Map.entry(0x08, "HyperTransport"),
                    Map.entry(0x09, "vendor-specific"),
                    Map.entry(0x0a, "debug port"),
                    Map.entry(0x0b, "CompactPCI resource control"),
                    Map.entry(0x0c, "hot plug"),
                    Map.entry(0x0d, "subsystem IDs of a bridge"),
                    Map.entry(0x0e, "AGP 8x"),
                    Map.entry(0x0f, "secure device"),
                    Map.entry(0x10, "PCI Express"),
                    Map.entry(0x11, "MSI-X"),
                    Map.entry(0x12, "SATA"),
                    Map.entry(0x13, "advanced features"),
                    Map.entry(0x14, "enhanced allocation"));

    private static final Map<Integer, String> EXTENDED =
            Map.ofEntries(
                    Map.entry(0x01, "advanced error reporting"),
                    Map.entry(0x02, "virtual channel"),
                    Map.entry(0x03, "serial number"),
                    Map.entry(0x04, "power budgeting"),
                    Map.entry(0x05, "root complex link declaration"),
                    Map.entry(0x0b, "vendor-specific"),
                    Map.entry(0x0d, "access control services"),
                    Map.entry(0x0e, "alternative routing ID"),
                    Map.entry(0x0f, "address translation services"),
                    Map.entry(0x10, "SR-IOV"),
                    Map.entry(0x12, "multicast"),
                    Map.entry(0x13, "page request"),
                    Map.entry(0x15, "resizable BAR"),
                    Map.entry(0x16, "dynamic power allocation"),
                    Map.entry(0x17, "TLP processing hints"),
                    Map.entry(0x18, "latency tolerance reporting"),
                    Map.entry(0x19, "secondary PCI Express"),
                    Map.entry(0x1b, "process address space ID"),
                    Map.entry(0x1d, "downstream port containment"),
                    Map.entry(0x1e, "L1 power management substates"),
                    Map.entry(0x1f, "precision time measurement"),
                    Map.entry(0x23, "designated vendor-specific"),
                    Map.entry(0x24, "resizable BAR of virtual functions"),
                    Map.entry(0x25, "data link feature"),
                    Map.entry(0x26, "physical layer 16 GT/s"),
                    Map.entry(0x27, "lane margining"),
                    Map.entry(0x2a, "physical layer 32 GT/s"),
                    Map.entry(0x2e, "data object exchange"));

    private CapabilityNames() {}

    static String of(PciCapability capability) {
        String name = (capability.extended() ? EXTENDED : STANDARD).get(capability.id());
        return name == null ? "capability 0x%02x".formatted(capability.id()) : name;
    }
}
