// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ServiceLoader;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.Provider;

/** The providers of this build's modules, each time another object. */
final class Discovered {
    private Discovered() {}

    static BackendProvider backend(String name) {
        return named(BackendProvider.class, name);
    }

    static BusProvider bus(String name) {
        return named(BusProvider.class, name);
    }

    private static <P extends Provider> P named(Class<P> kind, String name) {
        Discovered.class.getModule().addUses(kind);
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
