// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.DeviceReset;
import org.jvfio.internal.VfioSessionBuilder;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;

/**
 * The way in: a host's devices, the backends and buses that can be used, and address spaces.
 *
 * <pre>{@code
 * try (Vfio vfio = Vfio.open();
 *         PciDevice device = vfio.addressSpace().attach(PciAddress.of("0000:02:00.0"))) {
 *     DmaBuffer buffer = device.addressSpace().allocate(4096);
 *     Mmio registers = device.bar(0).map();
 *     registers.putInt(DOORBELL, 1);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> Closing it closes every
 * address space, device and buffer that came from it.
 */
public interface Vfio extends AutoCloseable {
    /**
     * The machine that this JVM runs on, with every provider that {@link java.util.ServiceLoader}
     * finds.
     *
     * @throws VfioException if no module provides this machine's kernel
     */
    static Vfio open() {
        return builder().open();
    }

    /** The given host, with every provider that {@link java.util.ServiceLoader} finds. */
    static Vfio on(Host host) {
        return builder().host(host).open();
    }

    /** A session put together by hand. */
    static Builder builder() {
        return new VfioSessionBuilder();
    }

    /** The host. */
    Host host();

    /**
     * The backends that are present, whether each can be used here, and why; then those that a
     * distribution of jvfio leaves out, with what puts them in.
     */
    List<ProviderStatus> backends();

    /**
     * The bus types that are present, whether each can be used here, and why; then those that a
     * distribution of jvfio leaves out, with what puts them in.
     */
    List<ProviderStatus> buses();

    /**
     * Every device of the host that VFIO could open, with what is missing before it can be used.
     */
    List<DeviceNode> devices();

    /**
     * The device with this name or sysfs path.
     *
     * @throws IllegalArgumentException if no bus knows such names
     * @throws VfioException if there is no such device
     */
    DeviceNode device(String nameOrPath);

    /** The session's own address space: the same one each time. */
    AddressSpace addressSpace();

    /** Another address space, with nothing in it. */
    AddressSpace newAddressSpace();

    /**
     * What a memory map would take from a backend, against what there is: asked before devices are
     * attached, it says what to raise before one is refused.
     *
     * <p>Memory counts once for each set of page tables. What other processes of the same user have
     * pinned through iommufd counts against the same limit, and is not seen from here.
     *
     * @param backend its name: {@code "legacy"}
     * @throws VfioException if there is no such backend, or it cannot be used
     */
    DmaBudget budget(String backend, DmaDemand demand);

    /**
     * Resets every attached device, as a machine that is reset does with its own.
     *
     * <p>First each by its own reset, where that is a good one ({@link
     * org.jvfio.device.PciResets#wantsHotReset}); then those that are left by hot resets, each bus
     * once; what cannot be had so, by its own reset after all. A device that cannot be reset stops
     * no other.
     *
     * @return what became of each, in the order in which they were attached
     */
    List<DeviceReset> resetAll();

    /**
     * Another iommufd object, opened from {@code /dev/iommu}.
     *
     * @throws VfioException if this host or this distribution has no iommufd
     */
    Iommufd openIommufd();

    /**
     * An iommufd object from a descriptor that somebody else opened.
     *
     * @throws VfioException if this distribution has no iommufd, or the descriptor is none; it
     *     stays the caller's then
     */
    Iommufd iommufd(Descriptor descriptor);

    /**
     * A server that hands open descriptors of {@code /dev/iommu} and of some devices to processes
     * without permissions. It listens from now on, and serves while {@link DescriptorBroker#serve}
     * runs.
     *
     * @throws VfioException if there is no such device, somebody listens there already, or this
     *     host passes no descriptors
     * @throws IllegalArgumentException if no bus knows such names, or the path is too long
     */
    DescriptorBroker broker(BrokerOptions options);

    /**
     * What the {@link DescriptorBroker} that listens at {@code socket} hands over: {@link
     * DescriptorBroker#IOMMU}, or a device by what a person calls it.
     *
     * @throws VfioException if nobody listens there, or he refuses; the message says why
     */
    ReceivedDescriptor receive(String socket, String name);

    /**
     * Closes everything that came from this session, in reverse order of opening.
     *
     * <p>Nothing happens if it is closed already. Failures are gathered: the first is thrown with
     * the others as suppressed.
     */
    @Override
    void close();

    /** Puts a session together. Not safe for use by several threads. */
    interface Builder {
        /** On this host, in place of the machine that the JVM runs on. */
        Builder host(Host host);

        /**
         * On the host that a {@link org.jvfio.spi.HostProvider} of this name offers: {@code
         * "linux"}, {@code "simulated"}.
         */
        Builder host(String provider);

        /** With this backend as well as those that are found. */
        Builder backend(BackendProvider provider);

        /** With this bus as well as those that are found. */
        Builder bus(BusProvider provider);

        /**
         * With the providers of a set, which come and go while the session is open, in place of
         * those that {@link java.util.ServiceLoader} finds. A host by name is one of the set's.
         * Options are for whoever comes: a backend that comes and does not know one with its name
         * cannot be used.
         */
        Builder providers(ProviderSet set);

        /**
         * With an option of a backend, whose documentation says what it takes: {@code
         * option("legacy.container", "/dev/iommu")}. The last value given counts.
         */
        Builder option(String name, String value);

        /**
         * For a virtual machine of KVM, which is told of every device that is attached before the
         * kernel opens it, and when it is released. Its VFIO device is made with the first; the
         * kernel lets a machine have one, so sessions of one machine share it through {@link
         * #kvmDevice}.
         *
         * <p>Through the backend {@code iommufd} a device that the machine does not take is not
         * attached; through {@code legacy}, where groups are told of, that is logged. Without a
         * virtual machine nothing is missing.
         *
         * @param vm what {@code KVM_CREATE_VM} answered; an owned one is closed with the session
         */
        Builder kvm(Descriptor vm);

        /**
         * For a virtual machine whose VFIO device there is already, otherwise as {@link #kvm}.
         *
         * @param device what {@code KVM_CREATE_DEVICE} answered for {@code KVM_DEV_TYPE_VFIO}; an
         *     owned one is closed with the session
         */
        Builder kvmDevice(Descriptor device);

        /** With nothing but the providers given to this builder. */
        Builder withoutDiscovery();

        /**
         * Opens the session.
         *
         * @throws VfioException if no provider offers the host, or a virtual machine is none
         * @throws IllegalArgumentException if no backend knows an option, or its value cannot be
         */
        Vfio open();
    }
}
