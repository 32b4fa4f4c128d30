// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.jvfio.Descriptor;
import org.jvfio.Host;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.SpiVersion;

/** Puts a session together: a host, and providers that were found or given. */
public final class VfioSessionBuilder implements Vfio.Builder {
    private static final String THIS_MACHINE = "linux";

    private final List<BackendProvider> backends = new ArrayList<>();
    private final List<BusProvider> buses = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();
    private String hostProvider = THIS_MACHINE;
    private @Nullable Host host;
    private @Nullable Function<Host, KvmFiles> kvm;
    private boolean discovery = true;

    /** A builder with this machine as its host, and discovery on. */
    public VfioSessionBuilder() {}

    @Override
    public Vfio.Builder host(Host given) {
        host = given;
        return this;
    }

    @Override
    public Vfio.Builder host(String provider) {
        hostProvider = provider;
        host = null;
        return this;
    }

    @Override
    public Vfio.Builder backend(BackendProvider provider) {
        backends.add(provider);
        return this;
    }

    @Override
    public Vfio.Builder bus(BusProvider provider) {
        buses.add(provider);
        return this;
    }

    @Override
    public Vfio.Builder option(String name, String value) {
        options.put(name, value);
        return this;
    }

    @Override
    public Vfio.Builder kvm(Descriptor vm) {
        kvm = on -> on.kvm(vm);
        return this;
    }

    @Override
    public Vfio.Builder kvmDevice(Descriptor device) {
        kvm = on -> on.kvmDevice(device);
        return this;
    }

    @Override
    public Vfio.Builder withoutDiscovery() {
        discovery = false;
        return this;
    }

    @Override
    public Vfio open() {
        Providers providers = new Providers();
        backends.forEach(providers::add);
        buses.forEach(providers::add);
        if (discovery) {
            ServiceLoader.load(BackendProvider.class).forEach(providers::add);
            ServiceLoader.load(BusProvider.class).forEach(providers::add);
        }
        Host chosen = host != null ? host : find(hostProvider);
        return new VfioSession(
                chosen, providers, options, Optional.ofNullable(kvm).map(of -> of.apply(chosen)));
    }

    private static Host find(String name) {
        List<String> names = new ArrayList<>();
        for (HostProvider provider : ServiceLoader.load(HostProvider.class)) {
            if (provider.name().equals(name)) {
                return open(provider);
            }
            names.add(provider.name());
        }
        throw new VfioException(
                "host " + name,
                "open",
                "no module provides it; there are " + names + "; this machine is in jvfio-linux");
    }

    private static Host open(HostProvider provider) {
        int version = provider.spiVersion();
        if (version < SpiVersion.OLDEST || version > SpiVersion.CURRENT) {
            throw new VfioException("host " + provider.name(), "open", Providers.mismatch(version));
        }
        return provider.open();
    }
}
