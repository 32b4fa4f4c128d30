// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.function.BooleanSupplier;
import org.jvfio.device.MigrationData;
import org.jvfio.linux.uapi.PrecopyInfo;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * The file that the kernel gives for the state of a device, {@code data_fd}.
 *
 * <p>A direct buffer is read and written in place; others by way of a little memory of the thread.
 */
final class MigrationFile extends KernelFile implements MigrationData {
    private final boolean saving;
    private final BooleanSupplier preCopying;

    /**
     * A file that the kernel has just made.
     *
     * @param saving whether it is there to be read
     * @param preCopying whether the device works
     */
    MigrationFile(
            Kernel kernel, int fd, String device, boolean saving, BooleanSupplier preCopying) {
        super(kernel, fd, device + " (migration data)", true);
        this.saving = saving;
        this.preCopying = preCopying;
    }

    @Override
    public boolean isOpen() {
        return !isClosed();
    }

    @Override
    public int read(ByteBuffer target) {
        if (!saving) {
            throw new NonReadableChannelException();
        }
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (!target.hasRemaining()) {
            fd();
            return 0;
        }
        return target.isDirect() ? readInPlace(target) : readByWayOfScratch(target);
    }

    private int readInPlace(ByteBuffer target) {
        long address = ProcessMemory.addressOf(target) + target.position();
        try {
            int done = readOnce(address, target.remaining());
            target.position(target.position() + Math.max(0, done));
            return done;
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    private int readByWayOfScratch(ByteBuffer target) {
        ByteBuffer scratch = Scratch.ofThisThread();
        int room = Math.min(target.remaining(), Scratch.CAPACITY);
        int done = readOnce(Scratch.dataAddress(scratch), room);
        if (done > 0) {
            target.put(target.position(), scratch, Scratch.DATA_AT, done);
            target.position(target.position() + done);
        }
        return done;
    }

    private int readOnce(long address, int count) {
        // The driver may tell the end of a pre-copy and the end of all in the same way.
        boolean more = preCopying.getAsBoolean();
        int descriptor = enter();
        long result;
        try {
            do {
                result = kernel().read(descriptor, address, count);
            } while (result == -Errno.EINTR.number());
        } finally {
            leave();
        }
        if (result == -Errno.ENOMSG.number()) {
            return 0;
        }
        int done = progress("read", result, count);
        return done == 0 && !more ? -1 : done;
    }

    @Override
    public int write(ByteBuffer source) {
        if (saving) {
            throw new NonWritableChannelException();
        }
        if (!source.hasRemaining()) {
            fd();
            return 0;
        }
        int done = source.isDirect() ? writeInPlace(source) : writeByWayOfScratch(source);
        source.position(source.position() + done);
        return done;
    }

    private int writeInPlace(ByteBuffer source) {
        long address = ProcessMemory.addressOf(source) + source.position();
        try {
            return writeOnce(address, source.remaining());
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    private int writeByWayOfScratch(ByteBuffer source) {
        ByteBuffer scratch = Scratch.ofThisThread();
        int count = Math.min(source.remaining(), Scratch.CAPACITY);
        scratch.put(Scratch.DATA_AT, source, source.position(), count);
        return writeOnce(Scratch.dataAddress(scratch), count);
    }

    private int writeOnce(long address, int count) {
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().write(descriptor, address, count);
            } while (result == -Errno.EINTR.number());
            return progress("write", result, count);
        } finally {
            leave();
        }
    }

    private int progress(String call, long result, int count) {
        try {
            return (int) Math.min(check(call, result), count);
        } catch (KernelException refused) {
            throw refused.about(path(), advice(refused.errno()));
        }
    }

    private static String advice(Errno errno) {
        if (errno.equals(Errno.ENODEV)) {
            return "the device has left the state that this belongs to, or the driver took none of"
                    + " what was written; begin anew";
        }
        if (errno.equals(Errno.EFAULT) || errno.equals(Errno.EINVAL)) {
            return "the driver does not know these bytes: the state of another kind of device, or"
                    + " not whole; reset the device";
        }
        if (errno.equals(Errno.ENOMEM)) {
            return "no memory left, or more bytes than the state of such a device has";
        }
        return errno.meaning();
    }

    @Override
    public PreCopy preCopy() {
        PrecopyInfo info = new PrecopyInfo();
        try {
            request(VfioRequests.MIG_GET_PRECOPY_INFO, info);
        } catch (KernelException refused) {
            throw refused.about(
                    path(),
                    refused.errno().equals(Errno.EINVAL)
                            ? "the device is not being pre-copied"
                            : refused.errno().meaning());
        }
        return new PreCopy(info.initialBytes(), info.dirtyBytes());
    }
}
