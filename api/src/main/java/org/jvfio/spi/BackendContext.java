// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Map;
import org.jvfio.Host;

/**
 * What a backend works on: the host, and how the session was told to use it.
 *
 * @param host the host
 * @param options the options that were given of those that the provider knows, by their names
 */
public record BackendContext(Host host, Map<String, String> options) {
    /** Copies the options. */
    public BackendContext {
        options = Map.copyOf(options);
    }
}
