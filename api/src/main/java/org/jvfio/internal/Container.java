// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import org.jvfio.spi.Backend;
import org.jvfio.spi.VFIOIOMMUOps;

/**
 * Page tables in use by an address space, the backend they came from, and how many devices are
 * behind them.
 */
final class Container {
    private final Backend backend;
    private final VFIOIOMMUOps tables;
    private int devices;

    Container(Backend backend, VFIOIOMMUOps tables) {
        this.backend = backend;
        this.tables = tables;
    }

    Backend backend() {
        return backend;
    }

    VFIOIOMMUOps tables() {
        return tables;
    }

    void enter() {
        devices++;
    }

    /** Counts one device less; says whether none is left. */
    boolean leave() {
        devices--;
        return devices == 0;
    }
}
