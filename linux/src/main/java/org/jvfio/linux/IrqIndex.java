// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.spi.Teardown;

/**
 * The requests for one interrupt index, and how many vectors the kernel has set up for it.
 *
 * <p>Where an index cannot be resized, its first request decides how many vectors it has; for more,
 * all are disabled and set anew.
 *
 * <p><b>Failure.</b> {@link VfioException}; unless its message says otherwise the kernel's state is
 * as before. <b>Threads.</b> One call at a time, except {@link #inUse}.
 */
final class IrqIndex {
    private static final String REQUEST = "VFIO_DEVICE_SET_IRQS";

    private final String label;
    private final DeviceFd device;
    private final int index;
    private final int count;
    private final boolean resizable;
    private final Supplier<Optional<String>> rival;
    private volatile int ready;

    /**
     * An index that is not in use.
     *
     * @param label for messages: {@code "0000:02:00.0 MSI-X"}
     * @param rival names the index whose use rules out the use of this one
     */
    IrqIndex(String label, DeviceFd device, IrqInfo info, Supplier<Optional<String>> rival) {
        this.label = label;
        this.device = device;
        this.index = info.index();
        this.count = info.count();
        this.resizable = (info.flags() & IrqInfo.NORESIZE) == 0;
        this.rival = rival;
    }

    /** Whether the kernel has vectors of this index set up. */
    boolean inUse() {
        return ready > 0;
    }

    /**
     * Ties a vector to an eventfd.
     *
     * @param present the vectors that are tied already, and to which descriptors
     */
    void connect(SortedMap<Integer, Integer> present, int vector, int descriptor) {
        if (ready == 0) {
            enable(vector, descriptor);
        } else if (resizable || vector < ready) {
            exchange(present, vector, descriptor);
        } else {
            grow(present, vector, descriptor);
        }
    }

    /**
     * Ties these vectors, of an index that is not in use; none of them is tied if one is refused.
     *
     * @param vectors which, and to which descriptors
     */
    void connectAll(SortedMap<Integer, Integer> vectors) {
        List<Map.Entry<Integer, Integer>> highestFirst = new ArrayList<>(vectors.entrySet());
        Collections.reverse(highestFirst);
        try {
            highestFirst.forEach(
                    vector ->
                            connect(
                                    Collections.emptySortedMap(),
                                    vector.getKey(),
                                    vector.getValue()));
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, this::disableIfInUse);
        }
    }

    private void disableIfInUse() {
        if (inUse()) {
            disable();
        }
    }

    /** Unties a vector; others stay. */
    void disconnect(int vector) {
        send(eventfds(vector, IrqSet.NO_EVENTFD));
    }

    /** Unties all vectors and gives back what the kernel has set up. */
    void disable() {
        if (count == 1) {
            // Devices that are not PCI's take a request without data as "signal", not "disable";
            // and
            // once the only vector is untied, PCI has some indexes disabled and says EINVAL.
            disconnect(0);
            sendUnlessDisabled(IrqSet.disable(index));
        } else {
            send(IrqSet.disable(index));
        }
        ready = 0;
    }

    /** Masks, unmasks or triggers a vector. */
    void act(int action, int vector) {
        send(IrqSet.none(action, index, vector, 1));
    }

    /** Has the kernel unmask a vector when an eventfd is signalled, or no more. */
    void unmaskBy(int vector, int descriptor) {
        send(IrqSet.eventfds(IrqSet.ACTION_UNMASK, index, vector, descriptor));
    }

    /** What {@link #act} would send, for somebody who sends it often. */
    IrqSet unmask(int vector) {
        return IrqSet.none(IrqSet.ACTION_UNMASK, index, vector, 1);
    }

    private void enable(int vector, int descriptor) {
        if (resizable && vector > 0) {
            // Otherwise the kernel would set up all vectors below as well.
            send(eventfds(0, IrqSet.NO_EVENTFD));
            try {
                send(eventfds(vector, descriptor));
            } catch (RuntimeException refused) {
                throw Teardown.after(refused, () -> send(IrqSet.disable(index)));
            }
        } else {
            send(eventfds(vector, descriptor));
        }
        ready = vector + 1;
    }

    private void exchange(SortedMap<Integer, Integer> present, int vector, int descriptor) {
        try {
            send(eventfds(vector, descriptor));
        } catch (RuntimeException refused) {
            Integer before = present.get(vector);
            if (before != null) {
                // The kernel unties the old descriptor before it looks at the new one.
                Teardown.after(refused, () -> send(eventfds(vector, before)));
            }
            throw refused;
        }
    }

    private void grow(SortedMap<Integer, Integer> present, int vector, int descriptor) {
        int before = ready;
        int[] all = descriptors(present, vector + 1);
        all[vector] = descriptor;
        disable();
        try {
            send(eventfds(0, all));
            ready = vector + 1;
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, () -> restore(present, before));
        }
    }

    private void restore(SortedMap<Integer, Integer> present, int vectors) {
        try {
            send(eventfds(0, descriptors(present, vectors)));
            ready = vectors;
        } catch (VfioException refused) {
            throw new VfioException(label, REQUEST, 0, "all its vectors are off now", refused);
        }
    }

    private static int[] descriptors(SortedMap<Integer, Integer> present, int vectors) {
        int[] descriptors = new int[vectors];
        Arrays.fill(descriptors, IrqSet.NO_EVENTFD);
        present.forEach((vector, descriptor) -> descriptors[vector] = descriptor);
        return descriptors;
    }

    private IrqSet eventfds(int start, int... descriptors) {
        return IrqSet.eventfds(IrqSet.ACTION_TRIGGER, index, start, descriptors);
    }

    private void send(IrqSet set) {
        int possible;
        try {
            possible = device.setIrqs(set);
        } catch (KernelException refused) {
            throw refused.about(about(set), advice(refused.errno()));
        }
        if (possible > 0) {
            // Nothing was set up: vfio-pci answers so when the host is short of vectors.
            throw new VfioException(
                    about(set),
                    REQUEST,
                    "the host has only %d vectors left for this device; use no vector above %d"
                            .formatted(possible, possible - 1));
        }
    }

    private void sendUnlessDisabled(IrqSet set) {
        try {
            device.setIrqs(set);
        } catch (KernelException refused) {
            if (!refused.errno().equals(Errno.EINVAL)) {
                throw refused.about(about(set), advice(refused.errno()));
            }
        }
    }

    private String about(IrqSet set) {
        return switch (set.count()) {
            case 0 -> label;
            case 1 -> label + " vector " + set.start();
            default ->
                    "%s vectors %d to %d"
                            .formatted(label, set.start(), set.start() + set.count() - 1);
        };
    }

    private String advice(Errno errno) {
        if (errno.equals(Errno.EINVAL)) {
            return rival.get()
                    .map(name -> name + " is in use; disable it first: one kind at a time")
                    .orElse("not possible now, or the descriptor is not an eventfd's");
        }
        if (errno.equals(Errno.EBADF)) {
            return "the descriptor is not open";
        }
        if (errno.equals(Errno.ENOSPC)) {
            return "the host has no vectors left for this device";
        }
        if (errno.equals(Errno.EBUSY)) {
            return "a driver of the host holds the interrupt line and does not share it";
        }
        return errno.meaning();
    }
}
