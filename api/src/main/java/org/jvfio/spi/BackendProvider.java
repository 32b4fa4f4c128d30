// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.Host;
import org.jvfio.ProviderStatus;

/** Offers one kernel interface to the IOMMU, found through {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The name to ask for it by: {@code "iommufd"}. */
    String name();

    /** {@link SpiVersion#CURRENT}, as it was when the provider was compiled. */
    int spiVersion();

    /** Where it stands when the caller has no wish: the lowest that a device can use is taken. */
    int preference();

    /** Whether this interface can be used on {@code host}, and why. Changes nothing. */
    ProviderStatus status(Host host);

    /**
     * Makes the backend of one session.
     *
     * @throws org.jvfio.VfioException if it cannot be used on {@code host}
     */
    Backend open(Host host);
}
