// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.Provider;
import org.osgi.framework.Bundle;

/** The kinds of providers, and what a bundle says it has of them in {@code META-INF/services}. */
final class ProviderKinds {
    /** A host first: what is attached through the others is on it. */
    static final List<Class<? extends Provider>> ALL =
            List.of(HostProvider.class, BackendProvider.class, BusProvider.class);

    private ProviderKinds() {}

    /** The class names that the bundle lists for this kind. */
    static List<String> listed(Bundle bundle, Class<? extends Provider> kind) {
        String file = "META-INF/services/" + kind.getName();
        @Nullable URL entry = bundle.getEntry(file);
        if (entry == null) {
            return List.of();
        }
        try (InputStream content = entry.openStream()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException unreadable) {
            throw new VfioException(
                    bundle.toString(),
                    "read " + file,
                    String.valueOf(unreadable.getMessage()),
                    unreadable);
        }
    }
}
