// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

/**
 * What every provider says of itself: one of a backend, of a bus, or of a host.
 *
 * <p>Two providers are the same if they are the same object.
 */
public sealed interface Provider permits BackendProvider, BusProvider, HostProvider {
    /** The name to ask for it by, among providers of its kind. */
    String name();

    /** {@link SpiVersion#CURRENT}, as it was when the provider was compiled. */
    int spiVersion();
}
