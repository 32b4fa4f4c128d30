// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jvfio.device.HotResetFunction;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.Interrupts;
import org.jvfio.device.Migration;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.device.VfioDevice;

/** What an open device shows of itself, copied so that it outlives the device. */
record DeviceFacts(
        String backend,
        String reason,
        boolean resettable,
        Optional<String> migration,
        List<RegionFacts> regions,
        List<InterruptFacts> interrupts,
        Optional<HotResetPlan> hotReset,
        Optional<BusFacts> bus) {
    static DeviceFacts of(VfioDevice device) {
        return new DeviceFacts(
                device.backend(),
                device.backendReason(),
                device.resettable(),
                device.migration().map(DeviceFacts::states),
                IntStream.range(0, device.regionCount())
                        .mapToObj(device::region)
                        .filter(region -> region.size() > 0)
                        .map(RegionFacts::of)
                        .toList(),
                IntStream.range(0, device.interruptCount())
                        .mapToObj(device::interrupts)
                        .filter(interrupts -> interrupts.count() > 0)
                        .map(InterruptFacts::of)
                        .toList(),
                device instanceof PciDevice function
                        ? Optional.of(function.hotReset())
                        : Optional.empty(),
                BusFacts.of(device));
    }

    /** {@code "stop-copy, pre-copy"}. */
    private static String states(Migration migration) {
        return "stop-copy"
                + (migration.peerToPeer() ? ", peer-to-peer" : "")
                + (migration.preCopy() ? ", pre-copy" : "");
    }

    JsonObject json() {
        JsonObject json =
                new JsonObject()
                        .with("backend", backend)
                        .with("backendReason", reason)
                        .with("resettable", resettable)
                        .with("migration", migration)
                        .with("regions", regions.stream().map(RegionFacts::json).toList())
                        .with("interrupts", interrupts.stream().map(InterruptFacts::json).toList())
                        .with("hotReset", hotReset.map(DeviceFacts::hotReset));
        bus.ifPresent(own -> json.with(own.name(), own.json()));
        return json;
    }

    private static JsonObject hotReset(HotResetPlan plan) {
        return new JsonObject()
                .with("possible", plan.possible())
                .with("functions", plan.functions().stream().map(DeviceFacts::function).toList())
                .with("obstacles", plan.obstacles());
    }

    private static JsonObject function(HotResetFunction function) {
        return new JsonObject()
                .with("name", function.address().name())
                .with("holding", function.holding().name().toLowerCase(Locale.ROOT));
    }

    /** A region of the device. */
    record RegionFacts(
            int index,
            String name,
            long size,
            boolean readable,
            boolean writable,
            List<Region.Area> mappable) {
        static RegionFacts of(Region region) {
            return new RegionFacts(
                    region.index(),
                    region.name(),
                    region.size(),
                    region.readable(),
                    region.writable(),
                    region.mappableAreas());
        }

        JsonObject json() {
            return new JsonObject()
                    .with("index", index)
                    .with("name", name)
                    .with("size", size)
                    .with("readable", readable)
                    .with("writable", writable)
                    .with("mappable", mappable.stream().map(RegionFacts::area).toList());
        }

        private static JsonObject area(Region.Area area) {
            return new JsonObject().with("offset", area.offset()).with("size", area.size());
        }
    }

    /** The interrupts of one kind. */
    record InterruptFacts(String name, int vectors, boolean maskable) {
        static InterruptFacts of(Interrupts interrupts) {
            return new InterruptFacts(interrupts.name(), interrupts.count(), interrupts.maskable());
        }

        JsonObject json() {
            return new JsonObject()
                    .with("name", name)
                    .with("vectors", vectors)
                    .with("maskable", maskable);
        }
    }
}
