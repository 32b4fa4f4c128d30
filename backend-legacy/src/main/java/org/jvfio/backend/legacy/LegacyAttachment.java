// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupAttachment;
import org.jvfio.linux.GroupDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of a group, on its way into any container that takes the group. */
final class LegacyAttachment extends GroupAttachment {
    private final LegacyBackend backend;

    LegacyAttachment(LegacyBackend backend, GroupDevice device) {
        super(device);
        this.backend = backend;
    }

    @Override
    public boolean join(VFIOIOMMUOps tables) {
        LegacyContainer container = (LegacyContainer) tables;
        if (container.isUnprotected() != device().group().isUnprotected()) {
            return false;
        }
        try {
            device().group().join(container);
        } catch (KernelException doesNotFit) {
            if (doesNotFit.errno().equals(Errno.EINVAL)) {
                return false;
            }
            throw doesNotFit.about(device().object());
        }
        device().open();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        return device().openIn(backend.openContainer(device().group(), device().object()));
    }
}
