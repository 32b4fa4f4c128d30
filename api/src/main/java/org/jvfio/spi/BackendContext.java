// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Map;
import java.util.Optional;
import org.jvfio.Host;

/**
 * What a backend works on: the host, and how the session was told to use it.
 *
 * @param host the host
 * @param options the options that were given of those that the provider knows, by their names
 * @param kvm the virtual machine that devices are for, where the session was given one
 */
public record BackendContext(Host host, Map<String, String> options, Optional<KvmFiles> kvm) {
    /** Copies the options. */
    public BackendContext {
        options = Map.copyOf(options);
    }

    /** Without a virtual machine. */
    public BackendContext(Host host, Map<String, String> options) {
        this(host, options, Optional.empty());
    }
}
