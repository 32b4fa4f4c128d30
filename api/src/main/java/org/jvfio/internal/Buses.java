// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.BusProvider;

/** The bus types of a session. Safe for use by several threads: it keeps nothing. */
final class Buses {
    private final Host host;
    private final Providers providers;

    Buses(Host host, Providers providers) {
        this.host = host;
        this.providers = providers;
    }

    List<ProviderStatus> statuses() {
        return providers.buses().values().stream().map(this::status).toList();
    }

    private ProviderStatus status(BusProvider provider) {
        return providers.isLeaving(provider)
                ? ProviderStatus.unusable(provider.name(), LiveProviders.LEAVING)
                : provider.status(host);
    }

    List<DeviceNode> devices() {
        return providers.buses().values().stream()
                .flatMap(provider -> provider.devices(host).stream())
                .toList();
    }

    /** The name of what a person means on its bus, whether or not it is there; else unchanged. */
    String name(String nameOrPath) {
        return providers.buses().values().stream()
                .flatMap(bus -> bus.deviceName(nameOrPath).stream())
                .findFirst()
                .orElse(nameOrPath);
    }

    /** Whether devices of its name come from this provider. */
    boolean has(BusProvider provider) {
        return providers.buses().get(provider.name()) == provider;
    }

    /** The bus of this name, for another device. */
    BusProvider bus(String name) {
        BusProvider provider = providers.buses().get(name);
        if (provider != null && providers.isLeaving(provider)) {
            throw new VfioException("bus " + name, "attach", LiveProviders.LEAVING);
        }
        if (provider == null) {
            throw new VfioException(
                    name,
                    "attach",
                    "no such bus here; there are "
                            + providers.buses().keySet()
                            + "; "
                            + Distribution.own().adviceToAdd("device", name));
        }
        return provider;
    }

    /** The device of this name on the bus of that name, as it is to be attached. */
    DeviceNode find(String bus, String name, AttachOptions options) {
        return bus(bus).find(host, name, options).orElseThrow(() -> nothing(bus, name));
    }

    private static VfioException nothing(String bus, String name) {
        return new VfioException(name, "find", "no such " + bus + " device; see jvfio list");
    }

    /** The device that a person means. */
    DeviceNode find(String nameOrPath) {
        List<BusProvider> knowing =
                providers.buses().values().stream()
                        .filter(bus -> bus.deviceName(nameOrPath).isPresent())
                        .toList();
        if (knowing.isEmpty()) {
            throw new IllegalArgumentException(
                    "\""
                            + nameOrPath
                            + "\": not the name of a device on "
                            + providers.buses().keySet()
                            + absent());
        }
        // Mediated devices of several buses are named alike.
        return knowing.stream()
                .flatMap(bus -> named(bus, nameOrPath).stream())
                .findFirst()
                .orElseThrow(() -> refusal(knowing.get(0), nameOrPath));
    }

    /** The buses whose names nobody here knows, in words. */
    private String absent() {
        return Distribution.own().absent("device", providers.buses().keySet()).stream()
                .map(bus -> "; " + bus.name() + ": " + bus.explanation())
                .collect(Collectors.joining());
    }

    private static VfioException refusal(BusProvider bus, String nameOrPath) {
        return nothing(bus.name(), bus.deviceName(nameOrPath).orElse(nameOrPath));
    }

    private Optional<DeviceNode> named(BusProvider bus, String nameOrPath) {
        return bus.deviceName(nameOrPath).flatMap(name -> bus.find(host, name));
    }
}
