// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * The files that one {@code poll} waits for; they stay open for as long, whatever is closed.
 *
 * <pre>
 *   offset  size  field, of each
 *        0     4  fd       negative: leave out
 *        4     2  events
 *        6     2  revents
 * </pre>
 */
public final class PollSet {
    private static final int ENTRY = 8;
    private static final int MOST = 1024;
    private static final int ALWAYS_TOLD = 0x38;
    private static final int POLLNVAL = 0x20;

    private final Machine machine;
    private final UserBytes entries;
    private final @Nullable OpenFile[] files;

    /** Reads the {@code count} entries at {@code address}. */
    public PollSet(Machine machine, long address, int count) {
        Refused.when(count < 0 || count > MOST, Errno.EINVAL);
        this.machine = machine;
        this.files = new OpenFile[count];
        this.entries = UserBytes.at(count == 0 ? Long.MAX_VALUE : address, count * ENTRY);
        Map<Integer, OpenFile> open = machine.descriptors().open();
        for (int i = 0; i < count; i++) {
            files[i] = open.get(entries.i32(i * ENTRY));
        }
    }

    /**
     * Waits until something is there; answers how many entries have something, 0 after the time.
     */
    public int await(long nanos) {
        hold(true);
        try {
            machine.await(() -> look() > 0, nanos);
            return look();
        } finally {
            hold(false);
        }
    }

    private void hold(boolean hold) {
        for (OpenFile file : files) {
            if (file != null && hold) {
                file.retain();
            } else if (file != null) {
                file.drop();
            }
        }
    }

    private int look() {
        int ready = 0;
        for (int i = 0; i < files.length; i++) {
            int events = events(i);
            entries.u16(i * ENTRY + 6, events);
            ready += events != 0 ? 1 : 0;
        }
        return ready;
    }

    private int events(int i) {
        if (entries.i32(i * ENTRY) < 0) {
            return 0;
        }
        OpenFile file = files[i];
        return file == null ? POLLNVAL : file.ready() & (entries.u16(i * ENTRY + 4) | ALWAYS_TOLD);
    }
}
