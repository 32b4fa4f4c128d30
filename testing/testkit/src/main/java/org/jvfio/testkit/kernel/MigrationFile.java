// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;

/** The file that the state of a device is read from or written to: {@code data_fd}. */
final class MigrationFile extends OpenFile {
    private final MigrationStates states;
    private final Requests requests;
    private final byte @Nullable [] expected;
    private final int limit;
    private byte[] bytes;
    private int position;
    private boolean ended;

    private MigrationFile(
            MigrationStates states, Abi abi, byte[] bytes, byte @Nullable [] expected, int limit) {
        this.states = states;
        this.bytes = bytes;
        this.expected = expected;
        this.limit = limit;
        this.requests =
                new Requests(abi, Errno.ENOTTY)
                        .on(VfioRequests.MIG_GET_PRECOPY_INFO, this::precopyInfo);
    }

    /** A file to read, with {@code bytes} in it so far. */
    static MigrationFile saving(MigrationStates states, Abi abi, byte[] bytes) {
        return new MigrationFile(states, abi, bytes, null, 0);
    }

    /** A file to write: first {@code header}, then so many bytes of state. */
    static MigrationFile resuming(MigrationStates states, Abi abi, byte[] header, int size) {
        return new MigrationFile(states, abi, new byte[0], header, header.length + size);
    }

    @Override
    public String description() {
        return "migration data";
    }

    @Override
    Requests requests() {
        return requests;
    }

    void append(byte[] more) {
        int length = bytes.length;
        bytes = Arrays.copyOf(bytes, length + more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
    }

    void end() {
        ended = true;
    }

    /** The state that was written, without its header. */
    byte[] loaded() {
        Refused.when(expected == null || bytes.length < limit, Errno.EINVAL);
        return Arrays.copyOfRange(bytes, expected == null ? 0 : expected.length, bytes.length);
    }

    private int precopyInfo(long argument) {
        UserBytes info = UserBytes.sized(argument, 24);
        Refused.when(!states.preCopy() || ended, Errno.EINVAL);
        info.u32(4, 0).u64(8, bytes.length - (long) position).u64(16, 0);
        return 0;
    }

    @Override
    public long read(long buffer, long count) {
        Refused.when(expected != null, Errno.EBADF);
        Refused.when(ended, Errno.ENODEV);
        int length = (int) Math.min(count, bytes.length - position);
        UserBytes.at(buffer, length)
                .bytes(0, Arrays.copyOfRange(bytes, position, position + length));
        position += length;
        return length;
    }

    @Override
    public long write(long buffer, long count) {
        if (expected == null) {
            throw new Refused(Errno.EBADF);
        }
        Refused.when(ended, Errno.ENODEV);
        Refused.when(bytes.length + count > limit, Errno.ENOMEM);
        int length = (int) count;
        append(UserBytes.at(buffer, length).bytes(0, new byte[length], length));
        int header = Math.min(expected.length, bytes.length);
        boolean same = Arrays.equals(expected, 0, header, bytes, 0, header);
        // As with mtty, what was refused is there all the same, and loaded if it is long enough.
        Refused.when(header == expected.length && !same, Errno.EFAULT);
        return count;
    }

    @Override
    public long pread(long buffer, long count, long offset) {
        throw new Refused(Refused.ESPIPE);
    }

    @Override
    public long pwrite(long buffer, long count, long offset) {
        throw new Refused(Refused.ESPIPE);
    }
}
