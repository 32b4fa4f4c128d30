// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.Optional;
import org.jvfio.device.Eeh;
import org.jvfio.linux.GroupDevice;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of a group, on its way into the container that this group alone is in. */
final class SpaprAttachment implements Attachment {
    private final SpaprBackend backend;
    private final GroupDevice device;

    SpaprAttachment(SpaprBackend backend, GroupDevice device) {
        this.backend = backend;
        this.device = device;
    }

    @Override
    public Optional<VFIOIOMMUOps> bound() {
        return device.bound();
    }

    /** Only the container of its own group fits a device. */
    @Override
    public boolean join(VFIOIOMMUOps tables) {
        if (bound().isEmpty()) {
            return false;
        }
        device.open();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        return device.openIn(backend.openContainer(device));
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
    public Optional<Eeh> eeh() {
        return device.group()
                .container()
                .map(c -> new EndpointErrors(c.file(), device.file(), device.object()));
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
