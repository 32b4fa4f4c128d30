// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import org.jvfio.VfioException;

/**
 * An open matrix of cryptographic queues of IBM Z, for a virtual machine.
 *
 * <p>The guest uses its queues by instructions of its processor; there are no regions. The kernel
 * opens a matrix only for a virtual machine that it knows ({@link org.jvfio.Vfio.Builder#kvm}), and
 * no more than one for each.
 *
 * <p>{@link #reset} empties the queues and forgets their state.
 */
public interface ApDevice extends VfioDevice {
    /**
     * The queues and control domains that are assigned to the matrix now.
     *
     * @throws VfioException if the kernel does not say
     */
    ApMatrix matrix();

    /**
     * The queues that the guest has of those now, without control domains, which the kernel does
     * not tell.
     *
     * <p>An adapter is missing unless all its queues of the matrix are there and are bound to the
     * driver {@code vfio_ap}; so is what the host itself does not have. What is missing comes, as
     * by hot plug, once that has changed.
     *
     * @throws VfioException if the kernel does not say; it does from Linux 6.0 on
     */
    ApMatrix guestMatrix();

    /**
     * Assigns and takes away what differs from {@code wanted}. The guest sees it at once, as by hot
     * plug and unplug.
     *
     * <p><b>Failure.</b> {@link VfioException} says which queue is refused, and why: it is reserved
     * for drivers of the host, it is in another matrix, or the machine has no such adapter or
     * domain. The matrix is then as it was before.
     */
    void change(ApMatrix wanted);

    /** Comes when the host wants the matrix back: close it then. Not before Linux 6.5. */
    Optional<Interrupts> request();

    /**
     * Comes when what the guest has changed: {@link #guestMatrix} says to what, and the guest is to
     * be told by a channel report word. Not before Linux 6.15.
     */
    Optional<Interrupts> configurationChange();
}
