// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Eeh;
import org.jvfio.device.VfioDevice;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.HotReset;

/** A device's place in an address space, from attach to release. */
final class AttachedDevice implements DeviceContext {
    private final IommuAddressSpace space;
    private final DeviceNode node;
    private final AttachOptions options;
    private final BackendChoice choice;
    private final Attachment attachment;
    private final Container container;
    private boolean released;

    AttachedDevice(
            IommuAddressSpace space,
            DeviceNode node,
            AttachOptions options,
            BackendChoice choice,
            Attachment attachment,
            Container container) {
        this.space = space;
        this.node = node;
        this.options = options;
        this.choice = choice;
        this.attachment = attachment;
        this.container = container;
    }

    Attachment attachment() {
        return attachment;
    }

    Container container() {
        return container;
    }

    /** Says once that the device is to be released: guarded by the session's lock. */
    boolean firstRelease() {
        boolean first = !released;
        released = true;
        return first;
    }

    @Override
    public Host host() {
        return space.session().host();
    }

    @Override
    public DeviceNode node() {
        return node;
    }

    @Override
    public int descriptor() {
        return attachment.descriptor();
    }

    @Override
    public AttachOptions options() {
        return options;
    }

    @Override
    public AddressSpace addressSpace() {
        return space;
    }

    @Override
    public String backend() {
        return choice.name();
    }

    @Override
    public String backendReason() {
        return choice.reason();
    }

    @Override
    public Optional<HotReset> hotReset() {
        return attachment.hotReset();
    }

    @Override
    public Optional<Eeh> eeh() {
        return attachment.eeh();
    }

    @Override
    public List<VfioDevice> attached() {
        return space.session().attached();
    }

    @Override
    public <T> T exclusively(Supplier<T> work) {
        return space.session().locked(work);
    }

    @Override
    public void release() {
        space.release(this);
    }
}
