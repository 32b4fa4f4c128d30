// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.HwptLog;
import org.jvfio.linux.IommuFd;

/** Page tables (hwpt) of an IOAS that were made for a device, and whoever else fits behind them. */
final class Hwpt {
    private final int id;
    private final String madeFor;
    private final @Nullable HwptLog log;
    private int devices;

    /**
     * Page tables that no device is behind yet.
     *
     * @param madeFor the name of the device
     */
    Hwpt(IommuFd file, int id, String madeFor, boolean tracksDirtyPages) {
        this.id = id;
        this.madeFor = madeFor;
        this.log = tracksDirtyPages ? new HwptLog(file, id) : null;
    }

    int id() {
        return id;
    }

    String madeFor() {
        return madeFor;
    }

    /** What devices write through them, if they can tell. */
    Optional<HwptLog> log() {
        return Optional.ofNullable(log);
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
