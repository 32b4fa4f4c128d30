// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;

/** Maps through the public API, as a program that uses jvfio does. */
final class PublicMapWay extends JavaMapWay implements AutoCloseable {
    private final Vfio vfio;
    private final AddressSpace space;

    /** Maps for a device, and closes {@code vfio} in the end. */
    PublicMapWay(Vfio vfio, String backend, String device) {
        this.vfio = vfio;
        this.space = vfio.addressSpace();
        space.attach(PciAddress.of(device), AttachOptions.defaults().backend(backend));
    }

    @Override
    void map(MapTarget target) {
        space.map(target.range(), target.vaddr(), Access.READ_WRITE);
    }

    @Override
    void unmap(MapTarget target) {
        space.unmap(target.range());
    }

    @Override
    public void close() {
        vfio.close();
    }
}
