// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jvfio.spi.BackendProvider;

/** A backend besides the one under test: the suites also run where it is left out. */
final class PresentBackend {
    private PresentBackend() {}

    static Optional<String> of(String name) {
        // The driver in the guest looks for no service, so its descriptor names none.
        PresentBackend.class.getModule().addUses(BackendProvider.class);
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(provider -> provider.get().name())
                .filter(name::equals)
                .findFirst();
    }
}
