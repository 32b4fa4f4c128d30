// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import org.jvfio.VfioException;
import org.jvfio.device.Eeh;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.EehPeOp;

/** Error handling of the one group of a container, for one of its devices. */
final class EndpointErrors implements Eeh {
    private final ContainerFd container;
    private final DeviceFd device;
    private final String object;

    EndpointErrors(ContainerFd container, DeviceFd device, String object) {
        this.container = container;
        this.device = device;
        this.object = object;
    }

    @Override
    public State state() {
        int answer = request(EehPeOp.GET_STATE, "state");
        return switch (answer) {
            case EehPeOp.STATE_NORMAL -> State.NORMAL;
            case EehPeOp.STATE_RESET -> State.RESET;
            case EehPeOp.STATE_STOPPED -> State.STOPPED;
            case EehPeOp.STATE_STOPPED_DMA -> State.DMA_STOPPED;
            case EehPeOp.STATE_UNAVAILABLE -> State.UNAVAILABLE;
            default ->
                    throw new VfioException(
                            object,
                            "VFIO_EEH_PE_OP",
                            "state " + answer + ": jvfio knows 0, 1, 2, 4 and 5");
        };
    }

    @Override
    public void enable() {
        request(EehPeOp.ENABLE, "enable");
    }

    @Override
    public void disable() {
        request(EehPeOp.DISABLE, "disable");
    }

    @Override
    public void thawIo() {
        request(EehPeOp.UNFREEZE_IO, "thaw registers");
    }

    @Override
    public void thawDma() {
        request(EehPeOp.UNFREEZE_DMA, "thaw DMA");
    }

    @Override
    public void reset(Reset kind) {
        request(kind == Reset.HOT ? EehPeOp.RESET_HOT : EehPeOp.RESET_FUNDAMENTAL, "begin a reset");
    }

    @Override
    public void endReset() {
        request(EehPeOp.RESET_DEACTIVATE, "end a reset");
    }

    @Override
    public void configure() {
        request(EehPeOp.CONFIGURE, "configure");
    }

    private int request(int operation, String what) {
        device.fd(); // that of a closed device is an IllegalStateException
        try {
            return container.handleErrors(new EehPeOp(operation));
        } catch (KernelException refused) {
            throw refused.about(object + ": " + what, advice(refused.errno()));
        }
    }

    private static String advice(Errno errno) {
        return errno.equals(Errno.ENODEV)
                ? "its host bridge has no error handling (no emulated one has), or the kernel runs"
                        + " with eeh=off"
                : errno.meaning();
    }
}
