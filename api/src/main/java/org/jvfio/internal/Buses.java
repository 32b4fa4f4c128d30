// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.BusProvider;

/** The bus types of a session. Safe for use by several threads: nothing in it changes. */
final class Buses {
    private final Host host;
    private final Map<String, BusProvider> providers = new LinkedHashMap<>();

    Buses(Host host, List<BusProvider> found) {
        this.host = host;
        found.forEach(provider -> providers.putIfAbsent(provider.name(), provider));
    }

    List<ProviderStatus> statuses() {
        return providers.values().stream().map(provider -> provider.status(host)).toList();
    }

    List<DeviceNode> devices() {
        return providers.values().stream()
                .flatMap(provider -> provider.devices(host).stream())
                .toList();
    }

    /** The name of what a person means on its bus, whether or not it is there; else unchanged. */
    String name(String nameOrPath) {
        return providers.values().stream()
                .flatMap(bus -> bus.deviceName(nameOrPath).stream())
                .findFirst()
                .orElse(nameOrPath);
    }

    /** The bus of this name. */
    BusProvider bus(String name) {
        BusProvider provider = providers.get(name);
        if (provider == null) {
            throw new VfioException(
                    name,
                    "attach",
                    "no such bus in this distribution, which has "
                            + providers.keySet()
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
                providers.values().stream()
                        .filter(bus -> bus.deviceName(nameOrPath).isPresent())
                        .toList();
        if (knowing.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + nameOrPath + "\": not the name of a device on " + providers.keySet());
        }
        // Mediated devices of several buses are named alike.
        return knowing.stream()
                .flatMap(bus -> named(bus, nameOrPath).stream())
                .findFirst()
                .orElseThrow(() -> refusal(knowing.get(0), nameOrPath));
    }

    private static VfioException refusal(BusProvider bus, String nameOrPath) {
        return nothing(bus.name(), bus.deviceName(nameOrPath).orElse(nameOrPath));
    }

    private Optional<DeviceNode> named(BusProvider bus, String nameOrPath) {
        return bus.deviceName(nameOrPath).flatMap(name -> bus.find(host, name));
    }
}
