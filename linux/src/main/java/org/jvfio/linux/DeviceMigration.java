// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.Migration;
import org.jvfio.device.MigrationData;
import org.jvfio.device.MigrationState;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.MigState;
import org.jvfio.linux.uapi.MigrationFlags;
import org.jvfio.spi.Teardown;

/**
 * Migration of an open device: its states, and the one file of its state that is open at a time.
 */
final class DeviceMigration implements Migration {
    private static final int UNKNOWN = -1;

    private final DeviceFd device;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long offered = UNKNOWN;
    private volatile MigrationState last = MigrationState.RUNNING;
    private @Nullable MigrationFile data;
    private boolean closed;

    DeviceMigration(DeviceFd device) {
        this.device = device;
    }

    /** This, if the device migrates. */
    Optional<Migration> ifOffered() {
        device.fd();
        if (offered == UNKNOWN) {
            offered = askWhatIsOffered();
        }
        return (offered & MigrationFlags.STOP_COPY) != 0 ? Optional.of(this) : Optional.empty();
    }

    private long askWhatIsOffered() {
        DeviceFeature question = MigrationFlags.get();
        try {
            device.feature(question);
            return MigrationFlags.of(question);
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ENOTTY)) {
                return 0;
            }
            throw refused.about(device + " (migration)");
        }
    }

    @Override
    public boolean peerToPeer() {
        return (offered & MigrationFlags.P2P) != 0;
    }

    @Override
    public boolean preCopy() {
        return (offered & MigrationFlags.PRE_COPY) != 0;
    }

    @Override
    public MigrationState state() {
        DeviceFeature question = MigState.get();
        try {
            device.feature(question);
        } catch (KernelException refused) {
            throw refused.about(device + " (migration state)");
        }
        int number = MigState.state(question);
        return MigrationState.of(number)
                .orElseThrow(
                        () ->
                                new VfioException(
                                        device + " (migration state)",
                                        "VFIO_DEVICE_FEATURE",
                                        number + ": a state that this jvfio does not know"));
    }

    @Override
    public OptionalLong stopCopyBytes() {
        DeviceFeature question =
                new DeviceFeature(DeviceFeature.MIG_DATA_SIZE, DeviceFeature.GET, Long.BYTES);
        try {
            device.feature(question);
            return OptionalLong.of(question.data().getLong(0));
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ENOTTY)) {
                return OptionalLong.empty();
            }
            throw refused.about(device + " (migration data size)");
        }
    }

    @Override
    public Optional<MigrationData> change(MigrationState to) {
        return change(to, () -> {});
    }

    @Override
    public Optional<MigrationData> change(MigrationState to, MigrationState otherwise) {
        return change(to, () -> recover(otherwise));
    }

    private Optional<MigrationData> change(MigrationState to, Runnable recovery) {
        if (to == MigrationState.ERROR) {
            throw new IllegalArgumentException(device + ": no device is asked to be in ERROR");
        }
        return locked(
                () -> {
                    MigrationState from = state();
                    try {
                        order(to);
                    } catch (KernelException refused) {
                        throw explained(refused, from, to, recovery);
                    }
                    return Optional.ofNullable(data);
                });
    }

    /** Goes to a state, and keeps the file that the kernel gives for it in place of the last. */
    private void order(MigrationState to) throws KernelException {
        DeviceFeature order = MigState.set(to.number());
        device.feature(order);
        int fd = MigState.dataFd(order);
        last = to;
        if (fd >= 0 || !to.carriesData()) {
            endData();
        }
        if (fd >= 0) {
            boolean saving = to != MigrationState.RESUMING;
            data = new MigrationFile(device.kernel(), fd, device.path(), saving, this::preCopies);
        }
    }

    private boolean preCopies() {
        return last.preCopies();
    }

    private void endData() {
        MigrationFile ended = data;
        data = null;
        if (ended != null) {
            ended.close();
        }
    }

    /** Says where the device is after a refusal and what {@code recovery} made of it. */
    private VfioException explained(
            KernelException refused, MigrationState from, MigrationState to, Runnable recovery) {
        Teardown after = new Teardown();
        after.step(recovery);
        after.step(this::lookWhere);
        VfioException told =
                refused.about(
                        "%s (migration state %s to %s)".formatted(device, from, to),
                        advice(refused.errno(), from) + "; " + whereItIs());
        return Teardown.after(told, after::finish);
    }

    private void lookWhere() {
        last = state();
        if (!last.carriesData()) {
            endData();
        }
    }

    private String whereItIs() {
        return last == MigrationState.ERROR
                ? "the device is in ERROR, and of no use before it is reset"
                : "the device is " + last + " now";
    }

    private static String advice(Errno errno, MigrationState from) {
        if (errno.equals(Errno.EMFILE) || errno.equals(Errno.ENFILE)) {
            return "no descriptor left for the data, which is lost; close some and begin anew";
        }
        if (errno.equals(Errno.EINVAL)) {
            return from == MigrationState.RESUMING
                    ? "what was written is not the whole state of such a device"
                    : "the device does not go that way";
        }
        return errno.meaning();
    }

    /** Brings the device to {@code state}, by a reset if there is no other way. */
    private void recover(MigrationState state) {
        locked(
                () -> {
                    if (state() == state) {
                        return state;
                    }
                    try {
                        order(state);
                    } catch (KernelException refused) {
                        reset(refused);
                    }
                    return state;
                });
    }

    private void reset(KernelException because) {
        try {
            reset();
        } catch (KernelException refused) {
            refused.addSuppressed(because);
            throw refused.about(device + " (migration)");
        }
    }

    private void reset() throws KernelException {
        // Also where VFIO_DEVICE_GET_INFO tells of no reset: drivers that migrate have one.
        device.reset();
        last = MigrationState.RUNNING;
        endData();
    }

    /**
     * Resets a device that was written a state that is none: Linux 7.3's mtty takes the bytes that
     * it has refused when it leaves RESUMING for STOP.
     */
    private void beginAnew(MigrationState before) {
        locked(
                () -> {
                    try {
                        if (state() == MigrationState.RESUMING) {
                            reset();
                        }
                        order(before);
                    } catch (KernelException refused) {
                        throw refused.about(device + " (migration)");
                    }
                    return before;
                });
    }

    /** The device was reset: nothing comes of what was being saved or resumed. */
    void ended() {
        locked(
                () -> {
                    last = MigrationState.RUNNING;
                    endData();
                    return last;
                });
    }

    @Override
    public long save(WritableByteChannel target) throws IOException {
        MigrationState before = state();
        MigrationCopy copy = new MigrationCopy();
        try {
            if (preCopy() && before == MigrationState.RUNNING) {
                copy.saveForNow(dataOf(MigrationState.PRE_COPY), target);
            }
            copy.save(dataOf(MigrationState.STOP_COPY), target);
            change(MigrationState.STOP);
        } catch (IOException | RuntimeException failed) {
            Teardown.after(failed, () -> recover(before));
            throw failed;
        }
        return copy.bytes();
    }

    @Override
    public long resume(ReadableByteChannel source) throws IOException {
        MigrationState before = state();
        MigrationCopy copy = new MigrationCopy();
        try {
            copy.resume(dataOf(MigrationState.RESUMING), source);
            change(MigrationState.STOP);
        } catch (IOException | RuntimeException failed) {
            Teardown.after(failed, () -> beginAnew(before));
            throw failed;
        }
        return copy.bytes();
    }

    private MigrationData dataOf(MigrationState state) {
        return change(state)
                .orElseThrow(
                        () ->
                                new VfioException(
                                        device + " (migration state " + state + ")",
                                        "VFIO_DEVICE_FEATURE",
                                        "the kernel gave no file for the data"));
    }

    /** Gives the file back, for good. */
    void close() {
        locked(
                () -> {
                    endData();
                    closed = true;
                    return true;
                });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(device + ": closed");
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
