// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import java.util.UUID;

/**
 * An open PCI function.
 *
 * <p>Unless {@link org.jvfio.AttachOptions#busMaster} says otherwise, it comes with memory decoding
 * and bus mastering on; {@link #close} turns bus mastering off.
 */
public interface PciDevice extends VfioDevice {
    /** The function's configuration space. */
    PciConfig config();

    /**
     * A base address register's region.
     *
     * @param number 0 to 5
     * @throws IndexOutOfBoundsException if it is not
     */
    Region bar(int number);

    /** The expansion ROM, which may have size 0. */
    Region rom();

    /** The legacy interrupt line: one vector or none. */
    Interrupts intx();

    /** Message-signalled interrupts: none, or a power of two of vectors. */
    Interrupts msi();

    /** Extended message-signalled interrupts: any subset of up to 2048 vectors. */
    Interrupts msix();

    /**
     * Gives a physical function the token that its virtual functions are attached with from now on
     * ({@link org.jvfio.AttachOptions#vfToken}), in place of a random one.
     *
     * <p>Virtual functions that are attached stay so. <b>Source.</b> {@code
     * VFIO_DEVICE_FEATURE_PCI_VF_TOKEN}.
     *
     * @throws org.jvfio.VfioException if this is no function that can have virtual functions, or
     *     the kernel does not support them with vfio-pci
     */
    void vfToken(UUID token);

    /** The ways in which it can be reset without others, as its configuration space says. */
    PciResets resets();

    /**
     * What a reset of the bus that the function is on would take down, and whether that is
     * possible. Changes nothing.
     *
     * @throws org.jvfio.VfioException if the kernel does not say
     */
    HotResetPlan hotReset();

    /**
     * POWER's error handling for the function's IOMMU group; empty where the device is behind
     * another IOMMU.
     */
    Optional<Eeh> eeh();

    /** Lets the function start transactions of its own, or stops it. */
    void busMaster(boolean enabled);
}
