// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import org.jvfio.Departure;
import org.jvfio.ProviderSet;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.Provider;

/**
 * The set of providers, and somebody who is told when a host has come or gone.
 *
 * @param set the set
 * @param hostsChanged is told after a host has come or gone
 */
record LiveSet(ProviderSet set, Runnable hostsChanged) {
    void add(Provider provider) {
        set.add(provider);
        tell(provider);
    }

    void withdraw(Provider provider, Departure departure) {
        try {
            set.withdraw(provider, departure);
        } finally {
            tell(provider);
        }
    }

    private void tell(Provider provider) {
        if (provider instanceof HostProvider) {
            hostsChanged.run();
        }
    }
}
