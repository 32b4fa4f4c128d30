// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Set;
import org.jvfio.ProviderStatus;

/** Offers one kernel interface to the IOMMU, found through {@link java.util.ServiceLoader}. */
public non-sealed interface BackendProvider extends Provider {
    /** The name to ask for it by: {@code "iommufd"}. */
    @Override
    String name();

    /** {@link SpiVersion#CURRENT}, as it was when the provider was compiled. */
    @Override
    int spiVersion();

    /** Where it stands when the caller has no wish: the lowest that a device can use is taken. */
    int preference();

    /**
     * The names of the options that it takes, each beginning with its own name: {@code
     * "legacy.container"}.
     */
    Set<String> options();

    /**
     * Whether this interface can be used on the host, and why. Changes nothing.
     *
     * @throws IllegalArgumentException if an option has a value that it cannot have
     */
    ProviderStatus status(BackendContext context);

    /**
     * Whether it can work through descriptors that are passed in, also where {@link #status} says
     * that this process may not open the interface's own files. Such a provider's {@link #open}
     * opens none of them.
     */
    default boolean takesDescriptors() {
        return false;
    }

    /**
     * Makes the backend of one session.
     *
     * @throws org.jvfio.VfioException if it cannot be used on the host
     * @throws IllegalArgumentException if an option has a value that it cannot have
     */
    Backend open(BackendContext context);
}
