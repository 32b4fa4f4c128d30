// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.HotResetFunction;
import org.jvfio.device.HotResetFunction.Holding;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.HotReset;

/**
 * A plan to reset the bus or slot of a device.
 *
 * <p>Memory decoding stays on, unlike in QEMU: the kernel takes mapped registers away for the time
 * of the reset by itself (since Linux 5.8), and an access meanwhile waits, where one to memory that
 * is not decoded would be a fault.
 */
final class BusReset implements HotResetPlan {
    private static final String REQUEST = "VFIO_DEVICE_PCI_HOT_RESET";

    private final VfioPci device;
    private final DeviceContext context;
    private final List<HotResetFunction> functions;
    private final List<VfioPci> open;

    private BusReset(
            VfioPci device,
            DeviceContext context,
            List<HotResetFunction> functions,
            List<VfioPci> open) {
        this.device = device;
        this.context = context;
        this.functions = List.copyOf(functions);
        this.open = List.copyOf(open);
    }

    static BusReset plan(VfioPci device, DeviceContext context) {
        return context.exclusively(() -> look(device, context));
    }

    private static BusReset look(VfioPci device, DeviceContext context) {
        List<HotReset.Affected> affected =
                device.node().mediated()
                        ? List.of()
                        : context.hotReset().map(HotReset::affected).orElse(List.of());
        FunctionHolding holding =
                new FunctionHolding(
                        device, new PciSysfs(LinuxHost.of(context.host()).kernel().files()));
        List<HotResetFunction> functions = new ArrayList<>();
        List<VfioPci> open = new ArrayList<>();
        for (HotReset.Affected each : affected) {
            VfioPci attached = attached(context, each.address().name());
            HotResetFunction function = holding.of(each, attached);
            functions.add(function);
            if (function.holding() == Holding.OPEN && attached != null) {
                open.add(attached);
            }
        }
        open.sort(Comparator.comparing(VfioDevice::name));
        return new BusReset(device, context, functions, open);
    }

    private static @Nullable VfioPci attached(DeviceContext context, String name) {
        return context.attached().stream()
                .filter(VfioPci.class::isInstance)
                .map(VfioPci.class::cast)
                .filter(other -> other.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public String device() {
        return device.name();
    }

    @Override
    public List<HotResetFunction> functions() {
        return functions;
    }

    @Override
    public List<String> obstacles() {
        if (device.node().mediated()) {
            return List.of(device.name() + ": it is a mediated device, and on no bus");
        }
        if (functions.isEmpty()) {
            return List.of(
                    "no hot reset reaches "
                            + device.name()
                            + ": it is on a root bus, or the bridge above it resets nothing");
        }
        return functions.stream()
                .flatMap(
                        function ->
                                function.obstacle().stream()
                                        .map(why -> function.address() + ": " + why))
                .toList();
    }

    @Override
    public void execute() {
        context.exclusively(
                () -> {
                    BusReset now = look(device, context);
                    checkIsStill(now);
                    if (!now.possible()) {
                        throw refused(String.join("; ", now.obstacles()));
                    }
                    now.quietly(0, context.hotReset().orElseThrow()::reset);
                    return now;
                });
    }

    private void checkIsStill(BusReset now) {
        if (!now.functions.equals(functions)) {
            throw refused(
                    "it would take down %s, which is not what was planned, %s; make a new plan"
                            .formatted(now.functions, functions));
        }
    }

    /** Makes the open functions quiet, one inside the other, and runs {@code reset} at the core. */
    private void quietly(int first, Runnable reset) {
        if (first == open.size()) {
            reset.run();
        } else {
            open.get(first).quietly(() -> quietly(first + 1, reset));
        }
    }

    private VfioException refused(String why) {
        return new VfioException(device.name(), REQUEST, why);
    }

    /** {@code "0000:02:00.0: resets [0000:02:00.0 (attached), 0000:02:00.1 (not ours)]"}. */
    @Override
    public String toString() {
        return device.name() + ": resets " + functions;
    }

    /** How a session has a function that goes down with {@code device}. */
    private record FunctionHolding(VfioPci device, PciSysfs sysfs) {
        HotResetFunction of(HotReset.Affected affected, @Nullable VfioPci attached) {
            Optional<String> obstacle = obstacle(affected, attached);
            Holding holding =
                    obstacle.isPresent()
                            ? Holding.NOT_OURS
                            : attached != null ? Holding.OPEN : Holding.BY_GROUP;
            return new HotResetFunction(
                    affected.address(), sysfs.group(affected.address().name()), holding, obstacle);
        }

        private Optional<String> obstacle(HotReset.Affected affected, @Nullable VfioPci attached) {
            String name = affected.address().name();
            Optional<String> driver = sysfs.driver(name);
            if (driver.filter(PciSysfs::isVfio).isEmpty()) {
                return Optional.of(
                        "it is bound to "
                                + driver.orElse("no driver")
                                + "; bind it to vfio-pci, so that it goes down with its own");
            }
            if (attached != null && !attached.backend().equals(device.backend())) {
                return Optional.of(
                        "it is attached through the backend %s and %s through %s; one hot reset is"
                                        .formatted(
                                                attached.backend(), device.name(), device.backend())
                                + " of one backend, so attach both through the same");
            }
            if (affected.owned()) {
                return Optional.empty();
            }
            return Optional.of(
                    attached != null
                            ? "it is attached through another iommufd object; attach both through"
                                    + " the same"
                            : "it is not ours, nor is another function of its IOMMU group;"
                                    + " attach it to this session, through the backend "
                                    + device.backend());
        }
    }
}
