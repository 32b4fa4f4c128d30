// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.MigrationModel;

/**
 * Migration version 2 of a device: its state, and the file that the state goes through.
 *
 * <p>A change that is no single step is made in steps, on the shortest way, as the kernel's table
 * says. A step that fails leaves the device in the state before it. A file that finds no free
 * descriptor is lost, and the device is in its new state all the same. There is no dirty tracking
 * by the device.
 */
final class MigrationStates {
    /** The states and their numbers; what is an error cannot be asked for. */
    enum State {
        STOP(1),
        RUNNING(2),
        STOP_COPY(3),
        RESUMING(4),
        RUNNING_P2P(5),
        PRE_COPY(6),
        PRE_COPY_P2P(7);

        private final int number;

        State(int number) {
            this.number = number;
        }

        static State of(int number) {
            return Arrays.stream(values())
                    .filter(state -> state.number == number)
                    .findFirst()
                    .orElseThrow(() -> new Refused(Errno.EINVAL));
        }
    }

    private static final int MIGRATION = 1;
    private static final int DEVICE_STATE = 2;
    private static final int DATA_SIZE = 9;
    private static final int STOP_COPY_P2P_PRE_COPY = 7;
    private static final int NO_FILE = -1;
    private static final Map<State, List<State>> STEPS = new EnumMap<>(State.class);

    static {
        STEPS.put(State.STOP, List.of(State.RUNNING_P2P, State.STOP_COPY, State.RESUMING));
        STEPS.put(State.RUNNING, List.of(State.RUNNING_P2P, State.PRE_COPY));
        STEPS.put(State.STOP_COPY, List.of(State.STOP));
        STEPS.put(State.RESUMING, List.of(State.STOP));
        STEPS.put(State.RUNNING_P2P, List.of(State.STOP, State.RUNNING, State.PRE_COPY_P2P));
        STEPS.put(State.PRE_COPY, List.of(State.RUNNING, State.PRE_COPY_P2P));
        STEPS.put(State.PRE_COPY_P2P, List.of(State.RUNNING_P2P, State.PRE_COPY, State.STOP_COPY));
    }

    private final Machine machine;
    private final @Nullable MigrationModel model;
    private State state = State.RUNNING;
    private @Nullable MigrationFile file;

    MigrationStates(Machine machine, @Nullable MigrationModel model, DeviceFeatures features) {
        this.machine = machine;
        this.model = model;
        if (model != null) {
            features.on(
                            MIGRATION,
                            DeviceFeatures.GET,
                            Long.BYTES,
                            (operation, data) -> data.u64(0, STOP_COPY_P2P_PRE_COPY))
                    .on(
                            DEVICE_STATE,
                            DeviceFeatures.GET | DeviceFeatures.SET,
                            Long.BYTES,
                            this::state)
                    .on(
                            DATA_SIZE,
                            DeviceFeatures.GET,
                            Long.BYTES,
                            (operation, data) -> data.u64(0, size(model)));
        }
    }

    private static long size(MigrationModel model) {
        return model.header().length + (long) model.state().length;
    }

    boolean preCopy() {
        return state == State.PRE_COPY || state == State.PRE_COPY_P2P;
    }

    /** {@code VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE}. */
    private void state(int operation, UserBytes data) {
        data.u32(4, NO_FILE);
        if (operation == DeviceFeatures.GET) {
            data.u32(0, state.number);
            return;
        }
        MigrationFile before = file;
        for (State next : way(state, State.of(data.i32(0)))) {
            step(next);
        }
        if (file != null && file != before) {
            data.u32(4, machine.descriptors().add(file));
        }
    }

    private static List<State> way(State from, State to) {
        Map<State, State> cameFrom = new EnumMap<>(State.class);
        Deque<State> left = new ArrayDeque<>(List.of(from));
        while (!left.isEmpty() && !cameFrom.containsKey(to) && from != to) {
            State at = left.removeFirst();
            for (State next : STEPS.getOrDefault(at, List.of())) {
                if (next != from && cameFrom.putIfAbsent(next, at) == null) {
                    left.add(next);
                }
            }
        }
        boolean backToCopy =
                (from == State.STOP_COPY) && (to == State.PRE_COPY || to == State.PRE_COPY_P2P);
        Refused.when(backToCopy || (from != to && !cameFrom.containsKey(to)), Errno.EINVAL);
        List<State> way = new ArrayList<>();
        for (State at = to; at != from; at = cameFrom.getOrDefault(at, from)) {
            way.add(0, at);
        }
        return way;
    }

    private void step(State next) {
        MigrationModel device = model();
        if (next == State.STOP_COPY && file != null) {
            file.append(device.state());
        } else if (next == State.STOP_COPY) {
            open(MigrationFile.saving(this, machine.abi(), device.header()));
            append(device.state());
        } else if ((next == State.PRE_COPY || next == State.PRE_COPY_P2P) && file == null) {
            open(MigrationFile.saving(this, machine.abi(), device.header()));
        } else if (next == State.RESUMING) {
            open(
                    MigrationFile.resuming(
                            this, machine.abi(), device.header(), device.state().length));
        } else if (state == State.RESUMING && file != null) {
            device.load(file.loaded());
            closed();
        } else if (next != State.PRE_COPY && next != State.PRE_COPY_P2P) {
            closed();
        }
        state = next;
    }

    private MigrationModel model() {
        if (model == null) {
            throw new Refused(Errno.ENOTTY);
        }
        return model;
    }

    private void open(MigrationFile opened) {
        file = opened;
    }

    private void append(byte[] bytes) {
        if (file != null) {
            file.append(bytes);
        }
    }

    /** Ends the transfer, whatever state the device stays in. */
    void closed() {
        if (file != null) {
            file.end();
            file = null;
        }
    }

    void reset() {
        closed();
        state = State.RUNNING;
    }
}
