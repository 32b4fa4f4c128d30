// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.Departure;
import org.jvfio.ProviderInUseException;
import org.jvfio.VfioException;
import org.jvfio.spi.Provider;
import org.jvfio.spi.Teardown;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The providers that bundles register as services, other than those that they list in {@code
 * META-INF/services}: of these {@link ProviderBundles} has an object already.
 *
 * <p>Who takes a service away may have ended what is behind it, so it cannot be refused: where the
 * policy is to wait, that is done; then what still uses it is closed.
 */
final class ProviderServices {
    private static final System.Logger LOG = System.getLogger(ProviderServices.class.getName());

    private final BundleContext context;
    private final LiveSet live;
    private final CurrentPolicy policy;
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();
    private volatile boolean closed;

    ProviderServices(BundleContext context, LiveSet live, CurrentPolicy policy) {
        this.context = context;
        this.live = live;
        this.policy = policy;
    }

    void open() {
        for (Class<? extends Provider> kind : ProviderKinds.ALL) {
            track(kind);
        }
    }

    private <P extends Provider> void track(Class<P> kind) {
        ServiceTracker<P, P> tracker = new ServiceTracker<>(context, kind, new Arrivals<>(kind));
        trackers.add(tracker);
        tracker.open();
    }

    private void leave(Provider provider) {
        try {
            live.withdraw(provider, closed ? Departure.close() : policy.departure());
        } catch (ProviderInUseException stays) {
            LOG.log(
                    Level.WARNING,
                    stays.getMessage() + "; its service has gone, so they are closed");
            live.withdraw(provider, Departure.close());
        }
    }

    void close() {
        closed = true;
        Teardown teardown = new Teardown();
        for (int i = trackers.size() - 1; i >= 0; i--) {
            teardown.step(trackers.get(i)::close);
        }
        teardown.finish();
    }

    /** What a tracker of one kind does with services. */
    private final class Arrivals<P extends Provider> implements ServiceTrackerCustomizer<P, P> {
        private final Class<P> kind;

        Arrivals(Class<P> kind) {
            this.kind = kind;
        }

        @Override
        public @Nullable P addingService(ServiceReference<P> reference) {
            P provider = context.getService(reference);
            if (provider == null || isListed(reference, provider)) {
                context.ungetService(reference);
                return null;
            }
            live.add(provider);
            return provider;
        }

        private boolean isListed(ServiceReference<P> reference, P provider) {
            return ProviderKinds.listed(reference.getBundle(), kind)
                    .contains(provider.getClass().getName());
        }

        @Override
        public void modifiedService(ServiceReference<P> reference, P provider) {
            // Its properties mean nothing to us.
        }

        @Override
        public void removedService(ServiceReference<P> reference, P provider) {
            try {
                leave(provider);
            } catch (VfioException closing) {
                LOG.log(Level.WARNING, String.valueOf(closing.getMessage()), closing);
            } finally {
                context.ungetService(reference);
            }
        }
    }
}
