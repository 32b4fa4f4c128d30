// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.jvfio.spi.Provider;
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
    private final Providers providers;
    private final List<Opened> open = new ArrayList<>();

    /**
     * The backends among {@code providers}.
     *
     * @param moreMayCome whether some may come later, with options that nobody knows yet
     * @throws IllegalArgumentException if none of them has an option that is no later one's
     */
    Backends(
            Host host,
            Providers providers,
            Map<String, String> options,
            Optional<KvmFiles> kvm,
            boolean moreMayCome) {
        this.host = host;
        this.kvm = kvm;
        this.options = Map.copyOf(options);
        this.providers = providers;
        checkOptions(moreMayCome);
    }

    private void checkOptions(boolean moreMayCome) {
        Set<String> known = new TreeSet<>();
        providers.backends().values().forEach(provider -> known.addAll(provider.options()));
        for (String name : options.keySet()) {
            if (!known.contains(name) && !(moreMayCome && isForAnother(name))) {
                throw new IllegalArgumentException(
                        name + ": no backend here has such an option; there are " + known);
            }
        }
        if (!options.isEmpty()) { // a value that an option cannot have is refused now
            providers.backends().values().forEach(provider -> provider.status(context(provider)));
        }
    }

    /** Whether an option is for a backend that is not here. */
    private boolean isForAnother(String option) {
        return names().stream().noneMatch(backend -> isFor(backend, option));
    }

    private static boolean isFor(String backend, String option) {
        return option.startsWith(backend + ".");
    }

    private BackendContext context(BackendProvider provider) {
        Map<String, String> own = new HashMap<>(options);
        own.keySet().retainAll(provider.options());
        return new BackendContext(host, own, kvm);
    }

    private ProviderStatus status(BackendProvider provider) {
        if (providers.isLeaving(provider)) {
            return ProviderStatus.unusable(provider.name(), LiveProviders.LEAVING);
        }
        try {
            return unknownOption(provider).orElseGet(() -> provider.status(context(provider)));
        } catch (IllegalArgumentException ofLaterOne) {
            return ProviderStatus.unusable(
                    provider.name(), String.valueOf(ofLaterOne.getMessage()));
        }
    }

    /** What is said of one that came later and lacks an option that the session has for it. */
    private Optional<ProviderStatus> unknownOption(BackendProvider provider) {
        return options.keySet().stream()
                .filter(name -> isFor(provider.name(), name) && !provider.options().contains(name))
                .findFirst()
                .map(
                        name ->
                                ProviderStatus.unusable(
                                        provider.name(),
                                        name
                                                + ": it has no such option; there are "
                                                + new TreeSet<>(provider.options())));
    }

    List<String> names() {
        return List.copyOf(providers.backends().keySet());
    }

    List<ProviderStatus> statuses() {
        return providers.backends().values().stream().map(this::status).toList();
    }

    /** Why {@code node} cannot be attached through the backend of this name, in words. */
    Optional<String> obstacle(String name, DeviceNode node, AttachOptions options) {
        Optional<String> unusable = whyUnusable(name, options.iommufd().isPresent());
        return unusable.isPresent() ? unusable : open(name).obstacle(node, options);
    }

    /** Its own files need not be there where what it takes in their place is passed. */
    private Optional<String> whyUnusable(String name, boolean passed) {
        BackendProvider provider = providers.backends().get(name);
        if (provider == null) {
            return Optional.of(
                    "no such backend here; there are "
                            + providers.backends().keySet()
                            + "; "
                            + Distribution.own().adviceToAdd("backend", name));
        }
        if (passed && takesDescriptors(provider)) {
            return Optional.empty();
        }
        ProviderStatus status = status(provider);
        return status.usable() ? Optional.empty() : Optional.of(status.explanation());
    }

    private boolean takesDescriptors(BackendProvider provider) {
        return provider.takesDescriptors() && !providers.isLeaving(provider);
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
        BackendProvider provider = Objects.requireNonNull(providers.backends().get(name), name);
        Optional<Opened> known = opened(provider);
        if (known.isPresent()) {
            return known.get().backend();
        }
        Backend backend = provider.open(context(provider));
        open.add(new Opened(provider, backend));
        return backend;
    }

    private Optional<Opened> opened(Provider provider) {
        return open.stream().filter(known -> known.provider() == provider).findFirst();
    }

    /** Whether the provider's backend has been opened here. */
    boolean isOpen(Provider provider) {
        return opened(provider).isPresent();
    }

    /** Closes the backend of a provider that has left. */
    void forget(Provider provider) {
        opened(provider)
                .ifPresent(
                        known -> {
                            open.remove(known);
                            known.backend().close();
                        });
    }

    /**
     * The backend that works on iommufd objects.
     *
     * @param passed whether the object's descriptor is there already
     */
    IommufdObjects iommufdObjects(boolean passed) {
        for (BackendProvider provider : providers.backends().values()) {
            if ((passed && takesDescriptors(provider)) || status(provider).usable()) {
                Optional<IommufdObjects> objects = open(provider.name()).iommufdObjects();
                if (objects.isPresent()) {
                    return objects.get();
                }
            }
        }
        Stream<ProviderStatus> without =
                Stream.concat(
                        statuses().stream(),
                        Distribution.own().absent("backend", names()).stream());
        throw new VfioException(
                host.name(),
                "open an iommufd object",
                "no backend here has such objects: "
                        + without.map(status -> status.name() + ": " + status.explanation())
                                .collect(Collectors.joining("; ")));
    }

    void close() {
        Teardown teardown = new Teardown();
        List.copyOf(open).forEach(known -> teardown.step(known.backend()::close));
        open.clear();
        teardown.finish();
    }

    private record Opened(BackendProvider provider, Backend backend) {}
}
