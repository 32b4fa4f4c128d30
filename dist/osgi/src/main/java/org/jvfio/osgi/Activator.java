// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Hashtable;
import org.jspecify.annotations.Nullable;
import org.jvfio.ProviderSet;
import org.jvfio.Vfio;
import org.jvfio.spi.Teardown;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Starts everything that this bundle does, and stops it in reverse order: the log, the providers of
 * bundles and of services, the service {@link Vfio}, and the commands.
 *
 * <p>Framework properties: {@code jvfio.stop}, {@code jvfio.stop.timeout} ({@link StopPolicy}),
 * which configuration admin may change ({@link PolicyConfiguration}), and {@code jvfio.host}, the
 * name of the host that sessions are on, {@code linux} if there is none.
 */
public final class Activator implements BundleActivator {
    private static final String HOST = "jvfio.host";

    private final Deque<Runnable> started = new ArrayDeque<>();

    /** Called by the framework. */
    public Activator() {}

    @Override
    public void start(BundleContext context) {
        FrameworkLog.open(context).ifPresent(log -> started.push(log::close));
        CurrentPolicy policy = new CurrentPolicy(context);
        policy.offer().ifPresent(configuration -> started.push(configuration::unregister));
        ProviderSet set = ProviderSet.create();
        Sessions sessions = new Sessions(context, set, host(context));
        started.push(sessions::close);
        LiveSet live = new LiveSet(set, sessions::refresh);
        ProviderBundles bundles = new ProviderBundles(context, live, policy);
        started.push(bundles::close);
        bundles.open();
        ProviderServices services = new ProviderServices(context, live, policy);
        started.push(services::close);
        services.open();
        Commands commands = new Commands(set, bundles, host(context));
        ServiceRegistration<Commands> registration =
                context.registerService(Commands.class, commands, gogo());
        started.push(registration::unregister);
    }

    private static String host(BundleContext context) {
        @Nullable String host = context.getProperty(HOST);
        return host == null ? "linux" : host;
    }

    @SuppressWarnings("JdkObsolete") // OSGi takes a Dictionary, and Java has no other
    private static Hashtable<String, Object> gogo() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("osgi.command.scope", "jvfio");
        properties.put("osgi.command.function", Commands.FUNCTIONS.toArray(String[]::new));
        return properties;
    }

    @Override
    public void stop(BundleContext context) {
        Teardown teardown = new Teardown();
        while (!started.isEmpty()) {
            teardown.step(started.pop());
        }
        teardown.finish();
    }
}
