// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.util.Optional;
import org.jvfio.Departure;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * The policy that counts at this moment: that of the framework's properties, until another is
 * configured.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
final class CurrentPolicy {
    private final BundleContext context;
    private volatile StopPolicy policy;

    /**
     * That of the framework's properties.
     *
     * @throws IllegalArgumentException if they say what cannot be
     */
    CurrentPolicy(BundleContext context) {
        this.context = context;
        this.policy =
                StopPolicy.of(
                        context.getProperty(StopPolicy.POLICY),
                        StopPolicy.patience(context.getProperty(StopPolicy.TIMEOUT)));
    }

    /** Lets it be configured, if this framework knows what configuration admin is. */
    Optional<ServiceRegistration<?>> offer() {
        try {
            return Optional.of(PolicyConfiguration.register(context, this));
        } catch (NoClassDefFoundError optional) {
            return Optional.empty();
        }
    }

    void set(StopPolicy another) {
        policy = another;
    }

    /** What is done now: where the whole framework stops, nothing can wait or stay. */
    Departure departure() {
        return context.getBundle(0).getState() == Bundle.STOPPING
                ? Departure.close()
                : policy.departure();
    }
}
