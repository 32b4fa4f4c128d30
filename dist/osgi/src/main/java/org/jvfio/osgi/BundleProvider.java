// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvfio.spi.Provider;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * A provider that a bundle lists in {@code META-INF/services}.
 *
 * @param kind what it is a provider of
 * @param provider the provider
 */
record BundleProvider(Class<? extends Provider> kind, Provider provider) {
    private static final System.Logger LOG = System.getLogger(BundleProvider.class.getName());

    /** Those of a bundle; what cannot be made is logged, and the others are made. */
    static List<BundleProvider> of(Bundle bundle) {
        List<BundleProvider> made = new ArrayList<>();
        for (Class<? extends Provider> kind : ProviderKinds.ALL) {
            for (String name : ProviderKinds.listed(bundle, kind)) {
                make(bundle, kind, name).forEach(made::add);
            }
        }
        return List.copyOf(made);
    }

    private static Stream<BundleProvider> make(
            Bundle bundle, Class<? extends Provider> kind, String name) {
        try {
            Class<?> type = bundle.loadClass(name);
            if (kind.isAssignableFrom(type)) {
                Object made = type.getConstructor().newInstance();
                return Stream.of(new BundleProvider(kind, kind.cast(made)));
            }
            LOG.log(
                    Level.WARNING,
                    bundle + ": " + name + ": made for another jvfio-api than " + kind.getName());
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.log(Level.WARNING, bundle + ": " + name + ": cannot be made: " + e, e);
        }
        return Stream.empty();
    }

    /** Registers it as a service of its bundle, unless a service loader mediator did. */
    Optional<ServiceRegistration<?>> register(Bundle bundle) {
        return isRegistered(bundle)
                ? Optional.empty()
                : Optional.of(
                        bundle.getBundleContext().registerService(kind.getName(), provider, null));
    }

    private boolean isRegistered(Bundle bundle) {
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services != null
                && Stream.of(services)
                        .anyMatch(
                                service ->
                                        List.of((String[]) service.getProperty("objectClass"))
                                                .contains(kind.getName()));
    }
}
