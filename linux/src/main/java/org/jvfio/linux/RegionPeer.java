// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jspecify.annotations.Nullable;
import org.jvfio.spi.NativeMemory;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.Teardown;

/** A part of a region that other devices can be given: mapped and exported when it is asked for. */
final class RegionPeer implements PeerMemory {
    /** How a region is reached, once something is asked of it. */
    interface Source {
        /** Maps the part into this process. */
        NativeMemory map() throws KernelException;

        /** Makes a file of it. */
        DmaBufFd export() throws KernelException;
    }

    private final String device;
    private final String name;
    private final DevicePresence presence;
    private final Runnable changed;
    private final Source source;
    private @Nullable NativeMemory mapped;
    private @Nullable DmaBufFd exported;

    private RegionPeer(
            String device, String name, DevicePresence presence, Runnable changed, Source source) {
        this.device = device;
        this.name = name;
        this.presence = presence;
        this.changed = changed;
        this.source = source;
    }

    static RegionPeer open(
            String device, String name, DevicePresence presence, Runnable changed, Source source) {
        if (!presence.watch(changed)) {
            throw new IllegalStateException(device + ": closed");
        }
        return new RegionPeer(device, name, presence, changed, source);
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Presence presence() {
        return presence.presence();
    }

    @Override
    public int revocations() {
        return presence.revocations();
    }

    @Override
    public long address() {
        if (mapped == null) {
            try {
                mapped = source.map();
            } catch (KernelException refused) {
                throw refused.about(name, RegionAdvice.mapping(refused.errno()));
            }
        }
        return mapped.address();
    }

    @Override
    public int descriptor() {
        if (exported == null) {
            try {
                exported = source.export();
            } catch (KernelException refused) {
                throw refused.about(name, advice(refused.errno()));
            }
        }
        return exported.fd();
    }

    private static String advice(Errno errno) {
        if (errno.equals(Errno.ENOTTY)) {
            return "the kernel makes no dma-buf of it: that takes Linux 6.19 with"
                    + " CONFIG_VFIO_PCI_DMABUF, and a PCI function; attach the devices through the"
                    + " legacy backend, which maps by address";
        }
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return "the device's driver, or the way between the devices, does not allow it";
        }
        return errno.meaning();
    }

    @Override
    public void close() {
        presence.forget(changed);
        Teardown teardown = new Teardown();
        NativeMemory memory = mapped;
        DmaBufFd file = exported;
        if (memory != null) {
            teardown.step(memory::retire);
            // Once more if the kernel had no room: what stays mapped keeps the device's group.
            teardown.step(memory::retire);
        }
        if (file != null) {
            teardown.step(file::close);
        }
        mapped = null;
        exported = null;
        teardown.finish();
    }

    @Override
    public String toString() {
        return name;
    }
}
