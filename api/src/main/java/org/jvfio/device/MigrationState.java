// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A state of a device that can be moved to another machine, with the kernel's name and number.
 *
 * <p>Source: {@code enum vfio_device_mig_state} of {@code linux/vfio.h}.
 */
public enum MigrationState {
    /** A change failed so that the device is of no use before it is reset; never asked for. */
    ERROR(0),

    /** The device does nothing: no DMA, no interrupts, and its state does not change. */
    STOP(1),

    /** The device works: the state after it was opened, and after a reset. */
    RUNNING(2),

    /** Stopped, and its state, or what pre-copy has left of it, can be read. */
    STOP_COPY(3),

    /** Stopped, and a state that was read elsewhere can be written. */
    RESUMING(4),

    /** As {@link #RUNNING}, but the device starts no transaction to another device. */
    RUNNING_P2P(5),

    /** As {@link #RUNNING}, and a part of its state can be read already. */
    PRE_COPY(6),

    /** As {@link #RUNNING_P2P}, and a part of its state can be read already. */
    PRE_COPY_P2P(7);

    private final int number;

    MigrationState(int number) {
        this.number = number;
    }

    /** The kernel's number. */
    public int number() {
        return number;
    }

    /** The state with the kernel's number; empty for one of a newer kernel. */
    public static Optional<MigrationState> of(int number) {
        return Stream.of(values()).filter(state -> state.number == number).findFirst();
    }

    /** Whether the device works while its state is read. */
    public boolean preCopies() {
        return this == PRE_COPY || this == PRE_COPY_P2P;
    }

    /** Whether there is {@link MigrationData} in this state. */
    public boolean carriesData() {
        return preCopies() || this == STOP_COPY || this == RESUMING;
    }
}
