// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Optional;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of a group, on its way into a container. */
final class LegacyAttachment implements Attachment {
    private final LegacyBackend backend;
    private final GroupDevice device;

    LegacyAttachment(LegacyBackend backend, GroupDevice device) {
        this.backend = backend;
        this.device = device;
    }

    @Override
    public Optional<VFIOIOMMUOps> bound() {
        return device.bound();
    }

    @Override
    public boolean join(VFIOIOMMUOps tables) {
        LegacyContainer container = (LegacyContainer) tables;
        if (container.isUnprotected() != device.group().isUnprotected()) {
            return false;
        }
        try {
            device.group().join(container);
        } catch (KernelException doesNotFit) {
            if (doesNotFit.errno().equals(Errno.EINVAL)) {
                return false;
            }
            throw doesNotFit.about(device.object());
        }
        device.open();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        return device.openIn(backend.openContainer(device.group(), device.object()));
    }

    @Override
    public int descriptor() {
        return device.file().fd();
    }

    @Override
    public Optional<HotReset> hotReset() {
        return Optional.of(device.hotReset());
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return device.dmaLogging();
    }

    @Override
    public void close() {
        device.close();
    }
}
