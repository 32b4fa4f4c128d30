// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jvfio.Host;
import org.jvfio.cli.DeviceFacts.InterruptFacts;
import org.jvfio.cli.DeviceFacts.RegionFacts;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.HotResetFunction;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.Region;

/** One device: what sysfs shows and, if it was opened, what it shows itself, else why not. */
record InfoReport(
        Host host, DeviceNode node, Optional<DeviceFacts> facts, Optional<String> closedBecause)
        implements Report {
    static final String INDENT = "  ";

    @Override
    public void print(PrintWriter out) {
        out.println(node.name() + " on " + HostText.of(host));
        printNode(out);
        facts.ifPresent(found -> print(found, out));
        closedBecause.ifPresent(
                reason -> {
                    out.println();
                    out.println("Not opened: " + reason + ".");
                });
    }

    private void printNode(PrintWriter out) {
        Columns columns =
                new Columns(INDENT)
                        .row("what", node.description())
                        .row("bus", node.mediated() ? node.bus() + ", mediated" : node.bus())
                        .row("sysfs", node.path())
                        .row("driver", NodeText.driver(node))
                        .row("IOMMU group", NodeText.group(node))
                        .row("cdev", NodeText.cdev(node))
                        .row("state", NodeText.state(node));
        node.obstacles().forEach(columns::note);
        columns.print(out);
    }

    private static void print(DeviceFacts facts, PrintWriter out) {
        out.println();
        Columns opened =
                new Columns(INDENT)
                        .row("backend", facts.backend() + ": " + facts.reason())
                        .row("reset", facts.resettable() ? "yes" : "the device has none")
                        .row("migration", facts.migration().orElse("its driver has none"));
        facts.hotReset().ifPresent(plan -> printHotReset(plan, opened));
        facts.bus().ifPresent(own -> own.addTo(opened));
        out.println("Opened it to look, and closed it again:");
        opened.print(out);
        printRegions(facts.regions(), out);
        printInterrupts(facts.interrupts(), out);
        facts.bus().ifPresent(own -> own.print(out));
    }

    private static void printHotReset(HotResetPlan plan, Columns opened) {
        String functions =
                String.join(
                        ", ", plan.functions().stream().map(HotResetFunction::toString).toList());
        if (plan.possible()) {
            opened.row("hot reset", "possible; it takes down " + functions);
        } else if (functions.isEmpty()) {
            opened.row("hot reset", String.join("; ", plan.obstacles()));
        } else {
            opened.row("hot reset", "not possible; it would take down " + functions);
            plan.obstacles().forEach(opened::note);
        }
    }

    private static void printRegions(List<RegionFacts> regions, PrintWriter out) {
        Columns columns = new Columns(INDENT);
        for (RegionFacts region : regions) {
            columns.row(region.name(), bytes(region.size()), access(region), mappable(region));
        }
        section("Regions", columns, regions, out);
    }

    private static void printInterrupts(List<InterruptFacts> interrupts, PrintWriter out) {
        Columns columns = new Columns(INDENT);
        for (InterruptFacts kind : interrupts) {
            columns.row(
                    kind.name(),
                    kind.vectors() == 1 ? "1 vector" : kind.vectors() + " vectors",
                    kind.maskable() ? "maskable" : "not maskable");
        }
        section("Interrupts", columns, interrupts, out);
    }

    static void section(String title, Columns columns, List<?> lines, PrintWriter out) {
        out.println();
        out.println(lines.isEmpty() ? title + ": none" : title + ":");
        columns.print(out);
    }

    private static String access(RegionFacts region) {
        if (region.readable()) {
            return region.writable() ? "read, write" : "read";
        }
        return region.writable() ? "write" : "no access";
    }

    private static String mappable(RegionFacts region) {
        if (region.mappable().isEmpty()) {
            return "through the kernel only";
        }
        if (region.mappable().equals(List.of(new Region.Area(0, region.size())))) {
            return "mappable";
        }
        return "mappable: "
                + String.join(", ", region.mappable().stream().map(InfoReport::area).toList());
    }

    private static String area(Region.Area area) {
        return "[0x%x, 0x%x]".formatted(area.offset(), area.offset() + area.size() - 1);
    }

    /** {@code 4 KiB}, and the exact number where no unit fits. */
    private static String bytes(long size) {
        for (int unit = 3; unit > 0; unit--) {
            long one = 1L << (10 * unit);
            if (size >= one && size % one == 0) {
                return size / one + " " + "KMG".charAt(unit - 1) + "iB";
            }
        }
        return size + " bytes";
    }

    @Override
    public JsonObject json() {
        return HostText.json(host)
                .with("device", NodeText.json(node))
                .with("opened", facts.map(DeviceFacts::json))
                .with("notOpened", closedBecause);
    }
}
