// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.guide.SmallVmm;

/**
 * A machine with devices to test on, and the backend under test.
 *
 * <p>The devices are QEMU's {@code edu} and {@code nvme}, or models of them. Those that can be used
 * are alone in their IOMMU groups, and behind one IOMMU.
 */
public interface Bench {
    /** A new session on the machine. */
    default Vfio open() {
        return open(session -> session);
    }

    /** A new session on the machine, put together in another way. */
    Vfio open(UnaryOperator<Vfio.Builder> how);

    /** The name of the backend under test. */
    String backend();

    /** Another backend that the machine has. */
    Optional<String> otherBackend();

    /** Whether devices of several groups can be behind the same page tables. */
    default boolean sharesPageTables() {
        return true;
    }

    /** Whether iommufd has devices on the machine, which can be passed in as descriptors. */
    default boolean passesDevices() {
        return true;
    }

    /** Whether the page tables take mediated devices. */
    default boolean mediates() {
        return true;
    }

    /** Whether the page tables take BARs of devices. */
    default boolean mapsBars() {
        return true;
    }

    /** Whether messages of MSI-X still come after a device that had them enabled was reset. */
    default boolean keepsMsix() {
        return true;
    }

    /** Whether the machine has {@link #pair} and {@link #otherOfPair}. */
    default boolean hasPair() {
        return true;
    }

    /**
     * Whether user space can map the registers of {@link #nvme}, which are fewer bytes than large
     * pages have: a BAR that lies in one page with another device's is not mapped.
     */
    default boolean mapsSmallBars() {
        return true;
    }

    /** Whether each mapping counts as pinned by itself, in each set of page tables. */
    default boolean countsMappings() {
        return true;
    }

    /** Where a guest's memory can go on above its registers. */
    default long highMemory() {
        return SmallVmm.HIGH;
    }

    /** An {@code edu} that can be used. */
    PciAddress edu();

    /** Another one. */
    PciAddress otherEdu();

    /** An {@code nvme} that can be used, with 65 MSI-X vectors and a function reset. */
    PciAddress nvme();

    /**
     * A network card ({@code igb}) that can be used, with a function reset, on one bus with {@link
     * #otherOfPair} and nothing else, each in an IOMMU group of its own.
     */
    PciAddress pair();

    /** The other function of that card. */
    PciAddress otherOfPair();

    /** A device without a driver. */
    PciAddress driverless();

    /** A device with a driver of the kernel's own, in one group with {@link #unviable}. */
    PciAddress foreign();

    /** A device for VFIO, whose group has a member with a driver of the kernel's own. */
    PciAddress unviable();

    /** What this process holds of the machine's kernel, now. */
    Holdings holdings();

    /**
     * Lets containers that are made from now on take no more than {@code mappings}, until the limit
     * is closed; empty if the machine has no such limit to set.
     */
    Optional<Limit> limitMappings(int mappings);

    /**
     * Lets this process lock no more than {@code bytes} of memory for devices, until the limit is
     * closed; empty if it has the privilege to lock what it likes.
     */
    Optional<Limit> limitLockedMemory(long bytes);

    /**
     * Makes a file of memory, as {@code memfd_create(2)} does, and answers its descriptor, which is
     * the caller's.
     */
    int memoryFile(long bytes);

    /** Something that is limited for a while. */
    interface Limit extends AutoCloseable {
        /** Lifts the limit. */
        @Override
        void close();
    }
}
