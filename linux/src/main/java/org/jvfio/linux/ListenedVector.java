// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.InterruptListener;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.VfioRequests;

/** A vector whose interrupts go to a listener, through an eventfd of ours. */
final class ListenedVector {
    private static final System.Logger LOG = System.getLogger(DeviceInterrupts.class.getName());

    private final String label;
    private final int vector;
    private final DeviceFd device;
    private final EventFd eventfd;
    private final int descriptor;
    private final @Nullable IrqSet unmask;
    private volatile InterruptListener listener;
    private boolean heldBack;

    /**
     * A vector of an index.
     *
     * @param label for messages: {@code "0000:02:00.0 INTx"}
     * @param unmask what to send after each delivery, for a level interrupt
     */
    ListenedVector(
            String label,
            int vector,
            DeviceFd device,
            @Nullable IrqSet unmask,
            InterruptListener listener)
            throws KernelException {
        this.label = label;
        this.vector = vector;
        this.device = device;
        this.unmask = unmask;
        this.listener = listener;
        this.eventfd = EventFd.create(device.kernel());
        this.descriptor = eventfd.fd();
    }

    /** The eventfd's number, which may be another file's once this is closed. */
    int descriptor() {
        return descriptor;
    }

    void replaceListener(InterruptListener next) {
        listener = next;
    }

    /**
     * Says whether somebody masked the vector: then the end of a delivery does not unmask it.
     *
     * <p>When this returns, no unmasking is under way that would undo a mask that follows.
     */
    synchronized void holdBack(boolean masked) {
        heldBack = masked;
    }

    /** Gives the eventfd back; nothing is delivered any more. */
    void close() {
        eventfd.close();
    }

    /** Calls the listener if there was an interrupt, and lets the next one come. */
    void deliver() {
        if (!interrupted()) {
            return;
        }
        try {
            listener.interrupted(vector);
        } catch (Throwable thrown) {
            LOG.log(Level.ERROR, label + " vector " + vector + ": listener failed", thrown);
        }
        if (unmask != null) {
            letThrough(unmask);
        }
    }

    private boolean interrupted() {
        try {
            return eventfd.read() != 0;
        } catch (IllegalStateException released) {
            return false;
        }
    }

    private synchronized void letThrough(IrqSet set) {
        if (heldBack) {
            return;
        }
        try {
            device.request(VfioRequests.DEVICE_SET_IRQS, set);
        } catch (IllegalStateException closed) {
            // The listener, or somebody at the same time, closed the device: nothing to let
            // through.
            LOG.log(Level.TRACE, label, closed);
        } catch (KernelException refused) {
            // EINVAL: the vector was released meanwhile, and is not masked any more.
            if (!refused.errno().equals(Errno.EINVAL)) {
                VfioException told = refused.about(label + " vector " + vector);
                LOG.log(Level.WARNING, "an interrupt stays masked", told);
            }
        }
    }
}
