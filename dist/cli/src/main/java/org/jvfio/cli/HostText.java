// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import org.jvfio.Host;

/** How a host is named: what is simulated is always called so. */
final class HostText {
    private HostText() {}

    static String of(Host host) {
        return host.simulated() ? "the simulated kernel" : host.name();
    }

    /** An object that begins with the host. */
    static JsonObject json(Host host) {
        return new JsonObject().with("host", host.name()).with("simulated", host.simulated());
    }
}
