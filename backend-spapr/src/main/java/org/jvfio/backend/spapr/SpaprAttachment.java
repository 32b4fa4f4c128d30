// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.Optional;
import org.jvfio.device.Eeh;
import org.jvfio.linux.GroupAttachment;
import org.jvfio.linux.GroupDevice;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of a group, on its way into the container that this group alone is in. */
final class SpaprAttachment extends GroupAttachment {
    private final SpaprBackend backend;

    SpaprAttachment(SpaprBackend backend, GroupDevice device) {
        super(device);
        this.backend = backend;
    }

    /** Only the container of its own group fits a device. */
    @Override
    public boolean join(VFIOIOMMUOps tables) {
        if (bound().isEmpty()) {
            return false;
        }
        device().open();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        return device().openIn(backend.openContainer(device()));
    }

    @Override
    public Optional<Eeh> eeh() {
        GroupDevice device = device();
        return device.group()
                .container()
                .map(c -> new EndpointErrors(c.file(), device.file(), device.object()));
    }
}
