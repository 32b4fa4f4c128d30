// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.Host;

/** Offers a host, found through {@link java.util.ServiceLoader}. */
public non-sealed interface HostProvider extends Provider {
    /** The name to ask for it by: {@code "linux"}. */
    @Override
    String name();

    /** {@link SpiVersion#CURRENT}, as it was when the provider was compiled. */
    @Override
    int spiVersion();

    /**
     * The host.
     *
     * @throws org.jvfio.VfioException if it cannot be used on this machine
     */
    Host open();
}
