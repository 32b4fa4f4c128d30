// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * The backends of a session, in order of preference, each opened when it is first needed.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
final class Backends {
    private final Host host;
    private final Map<String, String> options;
    private final Optional<KvmFiles> kvm;
    private final Map<String, BackendProvider> providers = new LinkedHashMap<>();
    private final Map<String, Backend> open = new LinkedHashMap<>();

    Backends(
            Host host,
            List<BackendProvider> found,
            Map<String, String> options,
            Optional<KvmFiles> kvm) {
        this.host = host;
        this.kvm = kvm;
        this.options = Map.copyOf(options);
        found.stream()
                .sorted(Comparator.comparingInt(BackendProvider::preference))
                .forEach(provider -> providers.putIfAbsent(provider.name(), provider));
        checkOptions();
    }

    private void checkOptions() {
        Set<String> known = new TreeSet<>();
        providers.values().forEach(provider -> known.addAll(provider.options()));
        for (String name : options.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        name + ": no backend here has such an option; there are " + known);
            }
        }
        if (!options.isEmpty()) {
            statuses(); // a value that an option cannot have is refused now and not with a device
        }
    }

    private BackendContext context(BackendProvider provider) {
        Map<String, String> own = new HashMap<>(options);
        own.keySet().retainAll(provider.options());
        return new BackendContext(host, own, kvm);
    }

    private ProviderStatus status(BackendProvider provider) {
        return provider.status(context(provider));
    }

    List<String> names() {
        return List.copyOf(providers.keySet());
    }

    List<ProviderStatus> statuses() {
        return providers.values().stream().map(this::status).toList();
    }

    /** Why {@code node} cannot be attached through the backend of this name, in words. */
    Optional<String> obstacle(String name, DeviceNode node, AttachOptions options) {
        Optional<String> unusable = whyUnusable(name, options.iommufd().isPresent());
        return unusable.isPresent() ? unusable : open(name).obstacle(node, options);
    }

    /** Its own files need not be there where what it takes in their place is passed. */
    private Optional<String> whyUnusable(String name, boolean passed) {
        BackendProvider provider = providers.get(name);
        if (provider == null) {
            return Optional.of(
                    "no such backend in this distribution, which has "
                            + providers.keySet()
                            + "; "
                            + Distribution.own().adviceToAdd("backend", name));
        }
        if (passed && provider.takesDescriptors()) {
            return Optional.empty();
        }
        ProviderStatus status = status(provider);
        return status.usable() ? Optional.empty() : Optional.of(status.explanation());
    }

    /**
     * The backend of this name.
     *
     * @throws VfioException if there is none, or it cannot be used here
     */
    Backend usable(String name) {
        Optional<String> unusable = whyUnusable(name, false);
        if (unusable.isPresent()) {
            throw new VfioException(host.name(), "use the backend " + name, unusable.get());
        }
        return open(name);
    }

    /** The backend of this name, which exists. */
    Backend open(String name) {
        Backend backend = open.get(name);
        if (backend == null) {
            BackendProvider provider = Objects.requireNonNull(providers.get(name), name);
            backend = provider.open(context(provider));
            open.put(name, backend);
        }
        return backend;
    }

    /**
     * The backend that works on iommufd objects.
     *
     * @param passed whether the object's descriptor is there already
     */
    IommufdObjects iommufdObjects(boolean passed) {
        for (BackendProvider provider : providers.values()) {
            if ((passed && provider.takesDescriptors()) || status(provider).usable()) {
                Optional<IommufdObjects> objects = open(provider.name()).iommufdObjects();
                if (objects.isPresent()) {
                    return objects.get();
                }
            }
        }
        throw new VfioException(
                host.name(),
                "open an iommufd object",
                "no backend here has such objects: "
                        + String.join(
                                "; ",
                                statuses().stream()
                                        .map(s -> s.name() + ": " + s.explanation())
                                        .toList()));
    }

    void close() {
        Teardown teardown = new Teardown();
        new ArrayList<>(open.values()).forEach(backend -> teardown.step(backend::close));
        open.clear();
        teardown.finish();
    }
}
