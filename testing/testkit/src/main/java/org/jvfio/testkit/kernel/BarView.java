// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.Register;

/**
 * A part of a BAR that the process has mapped: memory that shows the BAR's registers.
 *
 * <p>A store cannot be trapped, so it is found by looking. What the process stores twice between
 * two looks is seen once, and a store of the value that is shown already is not seen at all.
 */
final class BarView {
    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final DeviceFile file;
    private final Device device;
    private final Bar bar;
    private final long address;
    private final long position;
    private final ByteBuffer bytes;
    private final List<Register> registers;
    private final long[] shown;
    private final long[] seen;

    BarView(DeviceFile file, Device device, Bar bar, long address, long position, int length) {
        this.file = file;
        this.device = device;
        this.bar = bar;
        this.address = address;
        this.position = position;
        this.bytes = ProcessMemory.view(address, length);
        long end = position + length;
        this.registers =
                bar.registers().stream()
                        .filter(r -> r.offset() >= position && r.offset() + r.width() <= end)
                        .toList();
        this.shown = new long[registers.size()];
        this.seen = new long[registers.size()];
    }

    DeviceFile file() {
        return file;
    }

    Device device() {
        return device;
    }

    long address() {
        return address;
    }

    long end() {
        return address + bytes.capacity();
    }

    /** What an address of the view shows, if that is a PCI function's. */
    @Nullable BarPart part(long at) {
        return device instanceof PciFunction function
                ? new BarPart(function, bar, position + at - address)
                : null;
    }

    /** What is left of the view without a range of addresses. */
    List<BarView> without(long start, long end) {
        List<BarView> left = new ArrayList<>();
        if (address < start) {
            left.add(part(address, start));
        }
        if (end < end()) {
            left.add(part(end, end()));
        }
        return left;
    }

    private BarView part(long start, long end) {
        long at = position + start - address;
        BarView part = new BarView(file, device, bar, start, at, (int) (end - start));
        for (int i = 0; i < part.shown.length; i++) {
            part.shown[i] = shown[registers.indexOf(part.registers.get(i))];
        }
        file.retain();
        return part;
    }

    /** Shows a BAR that nobody has written to. */
    void fill() {
        byte[] idle = new byte[bytes.capacity()];
        Arrays.fill(idle, bar.idle());
        bytes.put(0, idle);
        for (int i = 0; i < shown.length; i++) {
            shown[i] = load(i);
        }
        publish();
    }

    private long value(int register) {
        Register r = registers.get(register);
        long value = device.memoryEnabled() ? device.load(bar.index(), r.offset(), r.width()) : -1;
        return r.width() == Integer.BYTES ? (int) value : value;
    }

    private int at(int register) {
        return (int) (registers.get(register).offset() - position);
    }

    private boolean narrow(int register) {
        return registers.get(register).width() == Integer.BYTES;
    }

    private long load(int register) {
        return narrow(register)
                ? (int) INT.getVolatile(bytes, at(register))
                : (long) LONG.getVolatile(bytes, at(register));
    }

    private boolean replace(int register, long old, long value) {
        return narrow(register)
                ? INT.compareAndSet(bytes, at(register), (int) old, (int) value)
                : LONG.compareAndSet(bytes, at(register), old, value);
    }

    /** Shows what the registers read as now, but over nothing that was stored and not seen yet. */
    void publish() {
        for (int i = 0; i < shown.length; i++) {
            long value = value(i);
            if (value != shown[i] && replace(i, shown[i], value)) {
                shown[i] = value;
            }
        }
    }

    /** Looks for stores and passes them on; says whether there were any. */
    boolean look() {
        boolean written = false;
        // Backwards: whoever stores in the order of the list and is seen in the middle of it is
        // seen
        // without the later stores, which start something, and never without the earlier ones.
        for (int i = seen.length - 1; i >= 0; i--) {
            seen[i] = load(i);
            written |= seen[i] != shown[i];
        }
        if (written) {
            pass();
        }
        return written;
    }

    private void pass() {
        boolean[] changed = new boolean[seen.length];
        for (int i = 0; i < seen.length; i++) {
            changed[i] = seen[i] != shown[i];
            // From now on the store counts as seen; publish replaces it with what the register
            // reads.
            shown[i] = seen[i];
        }
        for (int i = 0; i < seen.length; i++) {
            Register r = registers.get(i);
            if (changed[i] && r.writable() && device.memoryEnabled()) {
                device.store(bar.index(), r.offset(), r.width(), seen[i]);
            }
        }
        device.machine().views().publish(device);
    }

    @Override
    public String toString() {
        return "BAR %d of %s mapped at 0x%x".formatted(bar.index(), device, address);
    }
}
