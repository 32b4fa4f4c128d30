// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;

/**
 * An open file: what a descriptor stands for, for as long as something refers to it.
 *
 * <p>A descriptor is one reference; a mapping of the file is another, and so are the kernel's own.
 */
public abstract class OpenFile {
    static final int POLLIN = 0x1;
    static final int POLLOUT = 0x4;
    private static final int POLLRDNORM = 0x40;
    private static final int POLLWRNORM = 0x100;
    static final int ALWAYS_READY = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

    private int references;

    /** For people: {@code "/dev/iommu"}, {@code "eventfd"}. */
    public abstract String description();

    /** The number of the character device that was opened; empty for a file without a path. */
    Optional<DeviceNumber> number() {
        return Optional.empty();
    }

    /** The requests that the file knows. */
    Requests requests() {
        return Requests.NONE;
    }

    /** The name of a request of {@code ioctl}. */
    public final String requestName(long request) {
        return requests().name(request);
    }

    /** {@code ioctl(2)}. */
    public final int ioctl(long request, long argument) {
        return requests().call(request, argument);
    }

    /** {@code read(2)}. */
    public long read(long buffer, long count) {
        throw new Refused(Errno.EINVAL);
    }

    /** {@code write(2)}. */
    public long write(long buffer, long count) {
        throw new Refused(Errno.EINVAL);
    }

    /** {@code pread(2)}. */
    public long pread(long buffer, long count, long offset) {
        return read(buffer, count);
    }

    /** {@code pwrite(2)}. */
    public long pwrite(long buffer, long count, long offset) {
        return write(buffer, count);
    }

    /** {@code mmap(2)}. */
    public long mmap(long address, long length, int protection, int flags, long offset) {
        throw new Refused(Errno.ENODEV);
    }

    /** Notes for which virtual machine devices are opened through the file from now on. */
    void usedBy(@Nullable KvmVmFile vm) {}

    /** The events of {@code poll} that are there now. */
    int ready() {
        return ALWAYS_READY;
    }

    /** What happens when nothing refers to the file any more. */
    void release() {}

    final void retain() {
        references++;
    }

    final void drop() {
        if (--references == 0) {
            release();
        }
    }
}
