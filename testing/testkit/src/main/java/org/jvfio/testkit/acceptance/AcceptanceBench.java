// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.List;
import org.jvfio.Host;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.contract.Holdings;

/** A machine with devices for the kernel's own cases. All of them are bound to vfio-pci. */
public interface AcceptanceBench {
    /** The host: the same one each time. */
    Host host();

    /** A device for DMA and MSI: an {@code edu}. */
    PciAddress edu();

    /** A device with MSI-X, a function reset and a BAR of several pages: an {@code nvme}. */
    PciAddress nvme();

    /** Devices that are initialised side by side. */
    List<PciAddress> all();

    /** A function that can have virtual functions, and has none. */
    PciAddress physicalFunction();

    /**
     * Gives the physical function one virtual function, which vfio-pci takes.
     *
     * @throws org.opentest4j.TestAbortedException if this machine cannot, with the reason
     */
    VirtualFunction enableVirtualFunction();

    /** What this process holds of the machine's kernel, now. */
    Holdings holdings();

    /** A virtual function, until it is closed. */
    interface VirtualFunction extends AutoCloseable {
        /** Where it is. */
        PciAddress address();

        /** Takes it away. */
        @Override
        void close();
    }
}
