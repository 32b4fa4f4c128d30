// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.function.IntUnaryOperator;
import org.jvfio.linux.Errno;

/**
 * The argument of {@code VFIO_DEVICE_SET_IRQS}, found to be well formed.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz
 *        4     4  flags   bits 0 to 2: what the data are; bits 3 to 5: mask, unmask, trigger
 *        8     4  index
 *       12     4  start
 *       16     4  count
 *       20     -  data    nothing, a byte each, or a descriptor each
 * </pre>
 */
final class IrqRequest {
    static final int MASK = 1 << 3;
    static final int UNMASK = 1 << 4;
    static final int TRIGGER = 1 << 5;

    private static final int NONE = 1;
    private static final int BOOL = 1 << 1;
    private static final int EVENTFD = 1 << 2;
    private static final int DATA_KINDS = NONE | BOOL | EVENTFD;
    private static final int ACTIONS = MASK | UNMASK | TRIGGER;
    private static final int SIZE = 20;

    private final UserBytes bytes;
    private final int flags;
    private final int index;
    private final int start;
    private final int count;

    private IrqRequest(UserBytes bytes) {
        this.bytes = bytes;
        this.flags = bytes.i32(4);
        this.index = bytes.i32(8);
        this.start = bytes.i32(12);
        this.count = bytes.i32(16);
    }

    static IrqRequest read(long argument, int indexes, IntUnaryOperator interrupts) {
        UserBytes fixed = UserBytes.sized(argument, SIZE);
        IrqRequest header = new IrqRequest(fixed);
        boolean known = header.index >= 0 && header.index < indexes;
        Refused.when(!known, Errno.EINVAL);
        Refused.when((header.flags & ~(DATA_KINDS | ACTIONS)) != 0, Errno.EINVAL);
        long have = interrupts.applyAsInt(header.index);
        long first = fixed.u32(12);
        Refused.when(first >= have || first + fixed.u32(16) > have, Errno.EINVAL);
        int width = header.dataWidth();
        Refused.when(fixed.i32(0) - SIZE < header.count * width, Errno.EINVAL);
        return new IrqRequest(fixed.extended(SIZE + header.count * width));
    }

    private int dataWidth() {
        return switch (flags & DATA_KINDS) {
            case NONE -> 0;
            case BOOL -> 1;
            case EVENTFD -> Integer.BYTES;
            default -> throw new Refused(Errno.EINVAL);
        };
    }

    int action() {
        return flags & ACTIONS;
    }

    int index() {
        return index;
    }

    int start() {
        return start;
    }

    int count() {
        return count;
    }

    boolean carriesEventfds() {
        return (flags & EVENTFD) != 0;
    }

    boolean carriesBools() {
        return (flags & BOOL) != 0;
    }

    /** Whether this is the request that turns a kind of interrupt off. */
    boolean disables() {
        return count == 0 && (flags & NONE) != 0;
    }

    int descriptor(int i) {
        return bytes.i32(SIZE + i * Integer.BYTES);
    }

    boolean chosen(int i) {
        return !carriesBools() || bytes.u8(SIZE + i) != 0;
    }
}
