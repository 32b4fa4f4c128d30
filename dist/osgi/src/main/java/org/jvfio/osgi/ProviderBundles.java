// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jvfio.Departure;
import org.jvfio.ProviderInUseException;
import org.jvfio.VfioException;
import org.jvfio.spi.Teardown;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;

/**
 * The bundles that list providers in {@code META-INF/services}, from their start to their stop.
 *
 * <p>A framework asks nobody whether a bundle may stop. So where the policy says that a provider
 * stays, its objects go on working, for a stopped bundle keeps its classes, and its bundle is
 * started again. Only when the classes go, because the bundle is updated or uninstalled, what still
 * uses them is closed.
 */
final class ProviderBundles implements SynchronousBundleListener {
    private static final System.Logger LOG = System.getLogger(ProviderBundles.class.getName());

    private final BundleContext context;
    private final LiveSet live;
    private final CurrentPolicy policy;
    private final Map<Bundle, List<BundleProvider>> present = new LinkedHashMap<>();
    private final Map<Bundle, List<ServiceRegistration<?>>> services = new HashMap<>();
    private final Set<Bundle> agreed = new HashSet<>();

    ProviderBundles(BundleContext context, LiveSet live, CurrentPolicy policy) {
        this.context = context;
        this.live = live;
        this.policy = policy;
    }

    void open() {
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.ACTIVE) {
                arrive(bundle);
            }
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        switch (event.getType()) {
            case BundleEvent.STARTED -> arrive(bundle);
            case BundleEvent.STOPPING -> stopping(bundle);
            case BundleEvent.STOPPED -> stopped(bundle);
            case BundleEvent.UNRESOLVED, BundleEvent.UPDATED, BundleEvent.UNINSTALLED ->
                    classesGo(bundle);
            default -> {
                // Nothing else changes what is provided.
            }
        }
    }

    private void arrive(Bundle bundle) {
        if (bundle.getBundleId() == 0 || bundle.equals(context.getBundle())) {
            return;
        }
        List<BundleProvider> fresh = BundleProvider.of(bundle);
        if (fresh.isEmpty()) {
            return;
        }
        synchronized (present) {
            present.putIfAbsent(bundle, fresh);
        }
        List<ServiceRegistration<?>> registered = new ArrayList<>();
        for (BundleProvider provider : providers(bundle)) {
            live.add(provider.provider());
            provider.register(bundle).ifPresent(registered::add);
        }
        synchronized (present) {
            services.put(bundle, registered);
        }
    }

    /**
     * Lets the providers of a bundle leave, as the policy says.
     *
     * @throws ProviderInUseException if one stays; the others stay as well
     */
    private void stopping(Bundle bundle) {
        synchronized (present) {
            if (agreed.remove(bundle)) {
                return;
            }
        }
        leave(bundle, policy.departure());
    }

    /** Lets the providers of a bundle leave, or all of them stay. */
    private void leave(Bundle bundle, Departure departure) {
        List<BundleProvider> left = new ArrayList<>();
        for (BundleProvider provider : providers(bundle)) {
            try {
                live.withdraw(provider.provider(), departure);
                left.add(provider);
            } catch (ProviderInUseException stays) {
                LOG.log(Level.WARNING, bundle + ": stays: " + stays.getMessage());
                left.forEach(again -> live.add(again.provider()));
                throw stays;
            } catch (VfioException closing) {
                LOG.log(Level.WARNING, bundle + ": " + closing.getMessage(), closing);
                left.add(provider);
            }
        }
        synchronized (present) {
            present.remove(bundle);
            services.remove(bundle);
        }
    }

    private List<BundleProvider> providers(Bundle bundle) {
        synchronized (present) {
            return present.getOrDefault(bundle, List.of());
        }
    }

    /** The bundle has stopped; if its providers stayed, it is started again. */
    private void stopped(Bundle bundle) {
        if (!providers(bundle).isEmpty()) {
            // Who stops it holds the bundle until he is done; this thread waits for that.
            Thread again = new Thread(() -> startAgain(bundle), "jvfio-start-again");
            again.setDaemon(true);
            again.start();
        }
    }

    private static void startAgain(Bundle bundle) {
        try {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.start();
            }
        } catch (BundleException | IllegalStateException e) {
            LOG.log(Level.WARNING, bundle + ": not started again: " + e.getMessage());
        }
    }

    /** The bundle's classes go: nothing can stay. */
    private void classesGo(Bundle bundle) {
        if (!providers(bundle).isEmpty()) {
            LOG.log(Level.WARNING, bundle + ": is going; what uses its providers is closed");
            leave(bundle, Departure.close());
        }
    }

    /**
     * Stops a bundle if its providers agree.
     *
     * @throws ProviderInUseException if they are in use; the bundle has not been stopped then
     */
    void stop(Bundle bundle) throws BundleException {
        leave(bundle, policy.departure());
        synchronized (present) {
            agreed.add(bundle);
        }
        try {
            bundle.stop();
        } finally {
            synchronized (present) {
                agreed.remove(bundle);
            }
        }
    }

    /** The bundle that is meant by its number or its name. */
    Bundle find(String numberOrName) {
        for (Bundle bundle : context.getBundles()) {
            if (numberOrName.equals(String.valueOf(bundle.getBundleId()))
                    || numberOrName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new VfioException("bundle " + numberOrName, "find", "there is none; see lb");
    }

    /** Closes whatever still uses providers of bundles, and forgets them. */
    void close() {
        context.removeBundleListener(this);
        List<Bundle> bundles;
        List<ServiceRegistration<?>> registered;
        synchronized (present) {
            bundles = List.copyOf(present.keySet());
            registered = services.values().stream().flatMap(List::stream).toList();
        }
        registered.forEach(ProviderBundles::unregister);
        Teardown teardown = new Teardown();
        for (int i = bundles.size() - 1; i >= 0; i--) {
            Bundle bundle = bundles.get(i);
            teardown.step(() -> leave(bundle, Departure.close()));
        }
        teardown.finish();
    }

    private static void unregister(ServiceRegistration<?> service) {
        try {
            service.unregister();
        } catch (IllegalStateException wentWithItsBundle) {
            LOG.log(Level.DEBUG, wentWithItsBundle.getMessage());
        }
    }
}
