// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import org.jspecify.annotations.Nullable;
import org.jvfio.ProviderSet;
import org.jvfio.Vfio;
import org.jvfio.spi.HostProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * The service {@link Vfio}, which is there while its host is: a session for each bundle that gets
 * it, or for each object that {@link org.osgi.framework.ServiceObjects} hands out. It is closed
 * when it is given back, at the latest when the bundle stops.
 */
final class Sessions implements PrototypeServiceFactory<Vfio> {
    private final BundleContext context;
    private final ProviderSet set;
    private final String host;
    private @Nullable ServiceRegistration<Vfio> registration;
    private boolean closed;

    Sessions(BundleContext context, ProviderSet set, String host) {
        this.context = context;
        this.set = set;
        this.host = host;
    }

    /** Offers sessions if the host is there, and ends that if it is not. */
    synchronized void refresh() {
        boolean there = !closed && set.providers().stream().anyMatch(this::isHost);
        if (there && registration == null) {
            registration = context.registerService(Vfio.class, this, null);
        } else if (!there && registration != null) {
            registration.unregister();
            registration = null;
        }
    }

    private boolean isHost(Object provider) {
        return provider instanceof HostProvider offered && offered.name().equals(host);
    }

    @Override
    public Vfio getService(Bundle client, ServiceRegistration<Vfio> of) {
        return Vfio.builder().providers(set).host(host).open();
    }

    @Override
    public void ungetService(Bundle client, ServiceRegistration<Vfio> of, Vfio session) {
        session.close();
    }

    synchronized void close() {
        closed = true;
        refresh();
    }
}
