// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jvfio.spi.BackendProvider;

/** A backend besides the one under test: the suites also run where it is left out. */
final class PresentBackend {
    private PresentBackend() {}

    static Optional<String> of(String name) {
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(provider -> provider.get().name())
                .filter(name::equals)
                .findFirst();
    }
}
