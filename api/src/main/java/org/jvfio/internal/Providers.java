// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jvfio.ProviderStatus;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.SpiVersion;

/** The providers of a session that speak this release's SPI, and those that do not. */
final class Providers {
    private final List<BackendProvider> backends = new ArrayList<>();
    private final List<BusProvider> buses = new ArrayList<>();
    private final List<ProviderStatus> refusedBackends = new ArrayList<>();
    private final List<ProviderStatus> refusedBuses = new ArrayList<>();

    void add(BackendProvider provider) {
        sort(
                provider.name(),
                provider.spiVersion(),
                refusedBackends::add,
                () -> backends.add(provider));
    }

    void add(BusProvider provider) {
        sort(provider.name(), provider.spiVersion(), refusedBuses::add, () -> buses.add(provider));
    }

    private static void sort(
            String name, int version, Consumer<ProviderStatus> refuse, Runnable accept) {
        if (version < SpiVersion.OLDEST || version > SpiVersion.CURRENT) {
            refuse.accept(ProviderStatus.unusable(name, mismatch(version)));
        } else {
            accept.run();
        }
    }

    /** Why a provider that was built for {@code version} is refused. */
    static String mismatch(int version) {
        return "built for SPI version %d; this release works with %d to %d: take the version in the BOM"
                .formatted(version, SpiVersion.OLDEST, SpiVersion.CURRENT);
    }

    List<BackendProvider> backends() {
        return List.copyOf(backends);
    }

    List<BusProvider> buses() {
        return List.copyOf(buses);
    }

    List<ProviderStatus> refusedBackends() {
        return List.copyOf(refusedBackends);
    }

    List<ProviderStatus> refusedBuses() {
        return List.copyOf(refusedBuses);
    }
}
