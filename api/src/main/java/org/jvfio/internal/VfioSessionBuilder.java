// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.jvfio.Descriptor;
import org.jvfio.Host;
import org.jvfio.ProviderSet;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Provider;
import org.jvfio.spi.Teardown;

/** Puts a session together: a host, and providers that were found or given. */
public final class VfioSessionBuilder implements Vfio.Builder {
    private static final String THIS_MACHINE = "linux";
    private static final String SIMULATED = "simulated";

    private final List<Provider> given = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();
    private String hostProvider = THIS_MACHINE;
    private @Nullable Host host;
    private @Nullable Function<Host, KvmFiles> kvm;
    private @Nullable LiveProviders live;
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
        given.add(provider);
        return this;
    }

    @Override
    public Vfio.Builder bus(BusProvider provider) {
        given.add(provider);
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
    public Vfio.Builder providers(ProviderSet set) {
        live = (LiveProviders) set;
        return this;
    }

    @Override
    public Vfio open() {
        return live == null ? openWithFixed() : openWithLive(live);
    }

    private Vfio openWithFixed() {
        List<Provider> all = new ArrayList<>(given);
        if (discovery) {
            ServiceLoader.load(BackendProvider.class).forEach(all::add);
            ServiceLoader.load(BusProvider.class).forEach(all::add);
        }
        Host chosen = host != null ? host : find(hostProvider);
        return session(chosen, null, new Providers(all, new LiveProviders()), false);
    }

    private Vfio openWithLive(LiveProviders set) {
        HostProvider provider = host == null ? set.host(hostProvider) : null;
        Host chosen = host != null ? host : open(Objects.requireNonNull(provider));
        VfioSession session = session(chosen, provider, new Providers(given, set), true);
        if (provider != null) {
            try {
                set.checkStays(provider); // whoever withdraws it now knows of this session
            } catch (VfioException leaving) {
                throw Teardown.after(leaving, session::close);
            }
        }
        return session;
    }

    private VfioSession session(
            Host on, @Nullable HostProvider provider, Providers providers, boolean moreMayCome) {
        Optional<KvmFiles> machine = Optional.ofNullable(kvm).map(of -> of.apply(on));
        Backends backends = new Backends(on, providers, options, machine, moreMayCome);
        return new VfioSession(on, provider, providers, backends, machine);
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
                "no module provides it; there are " + names + adviceToAdd(name));
    }

    private static String adviceToAdd(String host) {
        return switch (host) {
            case THIS_MACHINE -> "; " + Distribution.own().adviceToAdd("linux");
            case SIMULATED -> "; " + Distribution.own().adviceToAdd("testkit");
            default -> "";
        };
    }

    private static Host open(HostProvider provider) {
        int version = provider.spiVersion();
        if (!Providers.speaks(version)) {
            throw new VfioException("host " + provider.name(), "open", Providers.mismatch(version));
        }
        return provider.open();
    }
}
