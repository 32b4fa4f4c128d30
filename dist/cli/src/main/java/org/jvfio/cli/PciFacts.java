// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;

/** What the configuration space of a PCI function says. */
record PciFacts(
        int vendor,
        int device,
        int revision,
        int classCode,
        int subsystemVendor,
        int subsystem,
        List<PciCapability> capabilities)
        implements BusFacts {
    static PciFacts of(PciConfig config) {
        return new PciFacts(
                config.vendorId(),
                config.deviceId(),
                config.revision(),
                config.classCode(),
                config.subsystemVendorId(),
                config.subsystemId(),
                config.capabilities());
    }

    private String identity() {
        return "%04x:%04x revision %02x, class %06x, subsystem %04x:%04x"
                .formatted(vendor, device, revision, classCode, subsystemVendor, subsystem);
    }

    @Override
    public String name() {
        return "pci";
    }

    @Override
    public void addTo(Columns opened) {
        opened.row("identity", identity());
    }

    @Override
    public void print(PrintWriter out) {
        Columns columns = new Columns(InfoReport.INDENT);
        for (PciCapability capability : capabilities) {
            columns.row(
                    "0x%03x".formatted(capability.offset()),
                    CapabilityNames.of(capability),
                    capability.extended() ? "extended, version " + capability.version() : "");
        }
        InfoReport.section("Capabilities", columns, capabilities, out);
    }

    @Override
    public JsonObject json() {
        return new JsonObject()
                .with("vendor", hex(vendor))
                .with("device", hex(device))
                .with("revision", "%02x".formatted(revision))
                .with("class", "%06x".formatted(classCode))
                .with("subsystemVendor", hex(subsystemVendor))
                .with("subsystem", hex(subsystem))
                .with("capabilities", capabilities.stream().map(PciFacts::json).toList());
    }

    private static String hex(int id) {
        return "%04x".formatted(id);
    }

    private static JsonObject json(PciCapability capability) {
        return new JsonObject()
                .with("name", CapabilityNames.of(capability))
                .with("id", capability.id())
                .with("version", capability.version())
                .with("offset", capability.offset())
                .with("extended", capability.extended());
    }
}
