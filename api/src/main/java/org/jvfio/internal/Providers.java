// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jvfio.ProviderStatus;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.Provider;
import org.jvfio.spi.SpiVersion;

/**
 * The providers of a session, at this moment: its own, then those of a set in which they come and
 * go. Those that speak this release's SPI are told from those that do not.
 */
final class Providers {
    private final List<Provider> own;
    private final LiveProviders live;

    Providers(List<? extends Provider> own, LiveProviders live) {
        this.own = List.copyOf(own);
        this.live = live;
    }

    /** Those that come and go. */
    LiveProviders live() {
        return live;
    }

    /** The backends by their names, in order of preference. */
    Map<String, BackendProvider> backends() {
        Map<String, BackendProvider> backends = new LinkedHashMap<>();
        byName(BackendProvider.class).values().stream()
                .sorted(Comparator.comparingInt(BackendProvider::preference))
                .forEach(provider -> backends.put(provider.name(), provider));
        return backends;
    }

    /** The buses by their names. */
    Map<String, BusProvider> buses() {
        return byName(BusProvider.class);
    }

    /** Of those with one name the first: so nobody takes the place of one that is in use. */
    private <P extends Provider> Map<String, P> byName(Class<P> kind) {
        Map<String, P> byName = new LinkedHashMap<>();
        of(kind).filter(provider -> speaks(provider.spiVersion()))
                .forEach(provider -> byName.putIfAbsent(provider.name(), provider));
        return byName;
    }

    boolean isLeaving(Provider provider) {
        return live.isLeaving(provider);
    }

    List<ProviderStatus> refusedBackends() {
        return refused(BackendProvider.class);
    }

    List<ProviderStatus> refusedBuses() {
        return refused(BusProvider.class);
    }

    private List<ProviderStatus> refused(Class<? extends Provider> kind) {
        return of(kind).filter(provider -> !speaks(provider.spiVersion()))
                .map(
                        provider ->
                                ProviderStatus.unusable(
                                        provider.name(), mismatch(provider.spiVersion())))
                .toList();
    }

    private <P extends Provider> Stream<P> of(Class<P> kind) {
        List<Provider> all = new ArrayList<>(own);
        all.addAll(live.providers());
        return all.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Whether this release works with a provider that was built for {@code version}. */
    static boolean speaks(int version) {
        return version >= SpiVersion.OLDEST && version <= SpiVersion.CURRENT;
    }

    /** Why a provider that was built for {@code version} is refused. */
    static String mismatch(int version) {
        return "built for SPI version %d; this release works with %d to %d: take the version in the BOM"
                .formatted(version, SpiVersion.OLDEST, SpiVersion.CURRENT);
    }
}
