// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_irq_set}, the argument of {@code VFIO_DEVICE_SET_IRQS}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz  size of this struct with its data
 *        4     4  flags  one DATA_ and one ACTION_ flag
 *        8     4  index  which interrupt index
 *       12     4  start  the first interrupt within it
 *       16     4  count  how many
 *       20     -  data   nothing; count bytes, 0 or 1; or count descriptors of 4 bytes
 * </pre>
 *
 * <p>{@link #ACTION_TRIGGER} with descriptors says where the device's interrupts go; {@link
 * #ACTION_MASK} and {@link #ACTION_UNMASK} with descriptors say which eventfd masks and unmasks.
 * Without descriptors the action happens at once.
 */
public final class IrqSet extends Struct {
    /** The action is for all of {@code count} interrupts. */
    public static final int DATA_NONE = 1;

    /** The action is for those interrupts whose byte is not 0. */
    public static final int DATA_BOOL = 1 << 1;

    /** The action is tied to the eventfd of each interrupt; -1 unties. */
    public static final int DATA_EVENTFD = 1 << 2;

    /** Mask. */
    public static final int ACTION_MASK = 1 << 3;

    /** Unmask. */
    public static final int ACTION_UNMASK = 1 << 4;

    /** Deliver. */
    public static final int ACTION_TRIGGER = 1 << 5;

    /** The descriptor that unties an interrupt from its eventfd. */
    public static final int NO_EVENTFD = -1;

    /** Bytes of the struct before its data. */
    public static final int SIZE = 20;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int INDEX_AT = 8;
    static final int START_AT = 12;
    static final int COUNT_AT = 16;
    static final int DATA_AT = 20;

    private IrqSet(int flags, int index, int start, int count, int dataSize) {
        super(SIZE + dataSize);
        bytes.putInt(ARGSZ_AT, SIZE + dataSize);
        bytes.putInt(FLAGS_AT, flags);
        bytes.putInt(INDEX_AT, index);
        bytes.putInt(START_AT, start);
        bytes.putInt(COUNT_AT, count);
    }

    /** {@code action} for {@code count} interrupts from {@code start} on, at once. */
    public static IrqSet none(int action, int index, int start, int count) {
        return new IrqSet(DATA_NONE | action, index, start, count, 0);
    }

    /** {@code action} for those interrupts from {@code start} on that {@code chosen} marks. */
    public static IrqSet bools(int action, int index, int start, boolean... chosen) {
        IrqSet set = new IrqSet(DATA_BOOL | action, index, start, chosen.length, chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            set.bytes.put(DATA_AT + i, (byte) (chosen[i] ? 1 : 0));
        }
        return set;
    }

    /** {@code action} tied to {@code descriptors}, one for each interrupt from {@code start} on. */
    public static IrqSet eventfds(int action, int index, int start, int... descriptors) {
        int count = descriptors.length;
        IrqSet set = new IrqSet(DATA_EVENTFD | action, index, start, count, count * Integer.BYTES);
        for (int i = 0; i < count; i++) {
            set.bytes.putInt(DATA_AT + i * Integer.BYTES, descriptors[i]);
        }
        return set;
    }

    /** Disables the whole interrupt index. */
    public static IrqSet disable(int index) {
        return none(ACTION_TRIGGER, index, 0, 0);
    }

    /** One {@code DATA_} and one {@code ACTION_} flag. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }

    /** Which interrupt index. */
    public int index() {
        return bytes.getInt(INDEX_AT);
    }

    /** The first interrupt within the index. */
    public int start() {
        return bytes.getInt(START_AT);
    }

    /** How many interrupts. */
    public int count() {
        return bytes.getInt(COUNT_AT);
    }
}
