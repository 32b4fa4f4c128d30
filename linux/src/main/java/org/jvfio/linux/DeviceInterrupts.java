// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.InterruptListener;
import org.jvfio.device.Interrupts;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.spi.Teardown;

/**
 * One interrupt index of an open device.
 *
 * <p>Some kernels and kinds cannot add a vector beyond the highest that was enabled first (MSI
 * always; MSI-X before Linux 6.5, or without support of the interrupt controller). All vectors are
 * then disabled and set anew, and the interrupts that come in between are lost: enable the highest
 * vector first.
 */
public final class DeviceInterrupts implements Interrupts {
    private static final String REQUEST = "VFIO_DEVICE_SET_IRQS";

    private final String name;
    private final String label;
    private final DeviceFd device;
    private final InterruptThread thread;
    private final int count;
    private final int flags;
    private final IrqIndex index;
    private final SortedMap<Integer, Integer> descriptors = new TreeMap<>();
    private final SortedSet<Integer> masked = new TreeSet<>();
    private final Map<Integer, ListenedVector> listened = new HashMap<>();
    private final SortedMap<Integer, Integer> resampled = new TreeMap<>();
    private boolean usedBefore;
    private boolean closed;

    DeviceInterrupts(
            DeviceFd device,
            IrqInfo info,
            String name,
            InterruptThread thread,
            Supplier<Optional<String>> rival) {
        this.name = name;
        this.label = device.path() + " " + name;
        this.device = device;
        this.thread = thread;
        this.count = Math.max(0, info.count());
        this.flags = info.flags();
        this.index = new IrqIndex(label, device, info, rival);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public boolean maskable() {
        return (flags & IrqInfo.MASKABLE) != 0;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A listener that was replaced or whose vector was released may still be running when this
     * or {@link #release} returns; it is not called again.
     */
    @Override
    public synchronized void listen(int vector, InterruptListener listener) {
        Objects.requireNonNull(listener);
        check(vector);
        ListenedVector present = listened.get(vector);
        if (present != null) {
            present.replaceListener(listener);
            return;
        }
        ListenedVector fresh = watch(vector, listener);
        try {
            point(vector, fresh.descriptor());
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, () -> unwatch(fresh));
        }
        listened.put(vector, fresh);
    }

    @Override
    public synchronized void connect(int vector, int eventfd) {
        check(vector);
        checkDescriptor(eventfd);
        point(vector, eventfd);
        unwatch(listened.remove(vector));
    }

    @Override
    public synchronized void release(int vector) {
        check(vector);
        if (!descriptors.containsKey(vector)) {
            return;
        }
        stopResampling(vector);
        if (descriptors.size() == 1) {
            index.disable();
        } else {
            index.disconnect(vector);
        }
        descriptors.remove(vector);
        masked.remove(vector);
        unwatch(listened.remove(vector));
    }

    @Override
    public synchronized void disable() {
        checkOpen();
        turnOff();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A listener that is running does not unmask a level interrupt then when it returns.
     */
    @Override
    public synchronized void mask(int vector) {
        checkMaskable(vector);
        holdBack(vector, true);
        index.act(IrqSet.ACTION_MASK, vector);
        masked.add(vector);
    }

    @Override
    public synchronized void unmask(int vector) {
        checkMaskable(vector);
        holdBack(vector, false);
        index.act(IrqSet.ACTION_UNMASK, vector);
        masked.remove(vector);
    }

    @Override
    public synchronized void resample(int vector, int eventfd) {
        checkDescriptor(eventfd);
        checkMaskable(vector);
        Integer before = resampled.get(vector);
        stopResampling(vector);
        try {
            index.unmaskBy(vector, eventfd);
            resampled.put(vector, eventfd);
        } catch (RuntimeException refused) {
            throw before == null
                    ? refused
                    : Teardown.after(refused, () -> resample(vector, before));
        }
    }

    @Override
    public synchronized void trigger(int vector) {
        checkEnabled(vector);
        index.act(IrqSet.ACTION_TRIGGER, vector);
    }

    @Override
    public synchronized List<Integer> enabled() {
        return List.copyOf(descriptors.keySet());
    }

    /** Whether any vector is enabled. Takes no lock. */
    boolean inUse() {
        return index.inUse();
    }

    /**
     * Runs {@code work} while all vectors are off; then they are as they were, also if it failed.
     * Calls that concern these vectors wait meanwhile.
     *
     * @throws VfioException if the kernel refuses; where it does not take the vectors back, they
     *     are off
     */
    synchronized void without(Runnable work) {
        if (!index.inUse()) {
            work.run();
            return;
        }
        index.disable();
        Teardown teardown = new Teardown();
        teardown.step(work);
        teardown.step(this::connectAgain);
        teardown.finish();
    }

    private void connectAgain() {
        try {
            index.connectAll(descriptors);
            masked.forEach(vector -> index.act(IrqSet.ACTION_MASK, vector));
            resampled.forEach(index::unmaskBy);
        } finally {
            if (!index.inUse()) {
                forget();
            }
        }
    }

    /** Turns all vectors off, for good. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                turnOff();
            } finally {
                forget();
            }
        }
    }

    @Override
    public String toString() {
        return label;
    }

    private ListenedVector watch(int vector, InterruptListener listener) {
        boolean level = (flags & IrqInfo.AUTOMASKED) != 0;
        try {
            ListenedVector fresh =
                    new ListenedVector(
                            label, vector, device, level ? index.unmask(vector) : null, listener);
            boolean added = false;
            try {
                thread.add(fresh);
                added = true;
            } finally {
                if (!added) {
                    fresh.close();
                }
            }
            return fresh;
        } catch (KernelException refused) {
            throw refused.about(
                    label + " vector " + vector, refused.errno().meaning() + "; see ulimit -n");
        }
    }

    private void unwatch(@Nullable ListenedVector vector) {
        if (vector != null) {
            thread.remove(vector);
            vector.close();
        }
    }

    /** Ties a vector to a descriptor; if even what was enabled is lost by that, forgets it. */
    private void point(int vector, int descriptor) {
        boolean fresh = !descriptors.containsKey(vector);
        try {
            index.connect(Collections.unmodifiableSortedMap(descriptors), vector, descriptor);
            descriptors.put(vector, descriptor);
        } finally {
            if (!index.inUse()) {
                forget();
            }
        }
        if (fresh && (flags & IrqInfo.AUTOMASKED) != 0) {
            letThrough(vector);
        }
    }

    /** Lines of platform devices stay masked from one use to the next, PCI's do not. */
    private void letThrough(int vector) {
        try {
            if (usedBefore) {
                index.act(IrqSet.ACTION_UNMASK, vector);
            }
            usedBefore = true;
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, () -> release(vector));
        }
    }

    private void stopResampling(int vector) {
        if (resampled.containsKey(vector)) {
            index.unmaskBy(vector, IrqSet.NO_EVENTFD);
            resampled.remove(vector);
        }
    }

    private void turnOff() {
        if (index.inUse()) {
            List.copyOf(resampled.keySet()).forEach(this::stopResampling);
            index.disable();
            forget();
        }
    }

    private void forget() {
        descriptors.clear();
        masked.clear();
        resampled.clear();
        List<ListenedVector> gone = List.copyOf(listened.values());
        listened.clear();
        Teardown teardown = new Teardown();
        gone.forEach(vector -> teardown.step(() -> unwatch(vector)));
        teardown.finish();
    }

    private void holdBack(int vector, boolean masked) {
        ListenedVector present = listened.get(vector);
        if (present != null) {
            present.holdBack(masked);
        }
    }

    private void checkDescriptor(int eventfd) {
        if (eventfd < 0) {
            throw new IllegalArgumentException(label + ": descriptor " + eventfd);
        }
    }

    private void checkMaskable(int vector) {
        check(vector);
        if (!maskable()) {
            throw new VfioException(
                    label,
                    REQUEST,
                    "cannot be masked; mask it in the device, or release the vector");
        }
        checkEnabled(vector);
    }

    private void checkEnabled(int vector) {
        check(vector);
        if (!descriptors.containsKey(vector)) {
            throw new VfioException(
                    label + " vector " + vector,
                    REQUEST,
                    "not enabled; listen to it or connect it first");
        }
    }

    private void check(int vector) {
        checkOpen();
        if (vector < 0 || vector >= count) {
            throw new IndexOutOfBoundsException(
                    label + " vector " + vector + ": there are " + count);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(label + ": closed");
        }
    }
}
