// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;

/**
 * Takes the stop policy from configuration admin, where there is one: the PID {@code
 * org.jvfio.osgi}, with the names and values that the framework's properties have. What is not
 * configured is as those say. This class is there only if that package is.
 */
final class PolicyConfiguration implements ManagedService {
    static final String PID = "org.jvfio.osgi";

    private final BundleContext context;
    private final CurrentPolicy policy;

    private PolicyConfiguration(BundleContext context, CurrentPolicy policy) {
        this.context = context;
        this.policy = policy;
    }

    /** Offers a policy to be configured. */
    @SuppressWarnings("JdkObsolete") // OSGi takes a Dictionary, and Java has no other
    static ServiceRegistration<?> register(BundleContext context, CurrentPolicy policy) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_PID, PID);
        return context.registerService(
                ManagedService.class, new PolicyConfiguration(context, policy), properties);
    }

    /** Changes the policy of stops that begin from now on; what cannot be leaves it as it was. */
    @Override
    public void updated(@Nullable Dictionary<String, ?> properties) throws ConfigurationException {
        Duration patience = parsed(properties, StopPolicy.TIMEOUT, StopPolicy::patience);
        policy.set(parsed(properties, StopPolicy.POLICY, word -> StopPolicy.of(word, patience)));
    }

    private <T> T parsed(
            @Nullable Dictionary<String, ?> properties,
            String name,
            Function<@Nullable String, T> parser)
            throws ConfigurationException {
        @Nullable Object configured = properties == null ? null : properties.get(name);
        try {
            return parser.apply(
                    configured == null ? context.getProperty(name) : configured.toString());
        } catch (IllegalArgumentException refused) {
            throw new ConfigurationException(name, refused.getMessage(), refused);
        }
    }
}
