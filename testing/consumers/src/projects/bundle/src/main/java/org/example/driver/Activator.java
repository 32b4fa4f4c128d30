// SPDX-License-Identifier: Apache-2.0
package org.example.driver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jvfio.Vfio;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Drives QEMU's edu on the simulated host, with the providers in the service registry. */
public final class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        Vfio.Builder builder = Vfio.builder().withoutDiscovery();
        services(context, BackendProvider.class).forEach(builder::backend);
        services(context, BusProvider.class).forEach(builder::bus);
        for (HostProvider host : services(context, HostProvider.class)) {
            if (host.name().equals("simulated")) {
                builder.host(host.open());
            }
        }
        try (Vfio vfio = builder.open()) {
            context.registerService(String.class, Driver.identify(vfio), null);
        }
    }

    private static <T> List<T> services(BundleContext context, Class<T> type)
            throws InvalidSyntaxException {
        Collection<ServiceReference<T>> references = context.getServiceReferences(type, null);
        List<T> services = new ArrayList<>();
        references.forEach(reference -> services.add(context.getService(reference)));
        return services;
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes back what was registered.
    }
}
