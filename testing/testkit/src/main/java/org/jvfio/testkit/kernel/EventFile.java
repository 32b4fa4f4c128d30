// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/** An eventfd: a counter that is written up and read down. */
final class EventFile extends OpenFile {
    static final int SEMAPHORE = 1;
    private static final long MOST = -1;

    private final Machine machine;
    private final int flags;
    private final List<Runnable> consumers = new ArrayList<>();
    private long count;

    EventFile(Machine machine, int initial, int flags) {
        int known = SEMAPHORE | Fcntl.EFD_NONBLOCK | Fcntl.O_CLOEXEC;
        Refused.when((flags & ~known) != 0, Errno.EINVAL);
        this.machine = machine;
        this.flags = flags;
        this.count = Integer.toUnsignedLong(initial);
    }

    @Override
    public String description() {
        return "eventfd";
    }

    @Override
    int ready() {
        int events = count != 0 ? POLLIN : 0;
        return Long.compareUnsigned(MOST - count, 1) > 0 ? events | POLLOUT : events;
    }

    /** Adds one, as a device or the kernel does: it never waits. */
    void signal() {
        if (count != MOST) {
            count++;
        }
        wake();
    }

    /** Lets {@code consumer} take the whole count each time that there is one. */
    void consume(Runnable consumer) {
        consumers.add(consumer);
        wake();
    }

    void stopConsuming(Runnable consumer) {
        consumers.remove(consumer);
    }

    private void wake() {
        if (count != 0 && !consumers.isEmpty()) {
            count = 0;
            List.copyOf(consumers).forEach(Runnable::run);
        }
        machine.changed();
    }

    @Override
    public long read(long buffer, long bytes) {
        Refused.when(bytes < Long.BYTES, Errno.EINVAL);
        UserBytes target = UserBytes.at(buffer, Long.BYTES);
        await(() -> count != 0);
        long taken = (flags & SEMAPHORE) != 0 ? 1 : count;
        count -= taken;
        target.u64(0, taken);
        machine.changed();
        return Long.BYTES;
    }

    @Override
    public long write(long buffer, long bytes) {
        Refused.when(bytes < Long.BYTES, Errno.EINVAL);
        long added = UserBytes.at(buffer, Long.BYTES).u64(0);
        Refused.when(added == -1, Errno.EINVAL);
        await(() -> Long.compareUnsigned(MOST - count, added) > 0);
        count += added;
        wake();
        return Long.BYTES;
    }

    private void await(BooleanSupplier condition) {
        boolean nonblocking = (flags & Fcntl.EFD_NONBLOCK) != 0;
        Refused.when(nonblocking && !condition.getAsBoolean(), Errno.EAGAIN);
        machine.await(condition, -1);
    }

    @Override
    public long pread(long buffer, long bytes, long offset) {
        throw new Refused(Refused.ESPIPE);
    }

    @Override
    public long pwrite(long buffer, long bytes, long offset) {
        throw new Refused(Refused.ESPIPE);
    }
}
