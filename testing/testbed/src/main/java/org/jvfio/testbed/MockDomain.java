// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.linux.Errno;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.Struct;

/**
 * A device of iommufd's own tests, behind an IOMMU that is in the kernel's memory and can tell
 * which pages were written: where the test says that they were.
 *
 * <pre>
 * struct iommu_test_cmd
 *   offset  size  field
 *        0     4  size
 *        4     4  op            12 to make a device, 13 to write, 10 to attach it elsewhere
 *        8     4  id
 *       12     4  reserved      0
 *       16     4  out_stdev_id  12: the device, as it is attached and destroyed
 *       20     4  out_hwpt_id
 *       24     4  out_idev_id   12: the device, as page tables are made for it
 *       28     4  dev_flags     12: 1 for one that cannot tell what it writes
 *       16     4  pt_id         10: IOAS or page tables
 *       24     8  iova          13
 *       32     8  length
 *       40     8  page_size
 *       48     8  uptr          a bitmap of what is written
 * </pre>
 *
 * <p>Source: {@code drivers/iommu/iommufd/iommufd_test.h}, {@code CONFIG_IOMMUFD_TEST}.
 */
final class MockDomain implements AutoCloseable {
    /** Of a device that cannot tell what it writes. */
    static final int NO_DIRTY = 1;

    private static final Ioctl TEST = Ioctl.io("IOMMU_TEST_CMD", ';', 0xa0);
    private static final int REPLACE = 10;
    private static final int DEVICE = 12;
    private static final int DIRTY = 13;

    private final IommuFd file;
    private final int device;
    private final int bound;

    private MockDomain(IommuFd file, Command made) {
        this.file = file;
        this.device = made.at(16);
        this.bound = made.at(24);
    }

    /** Whether the kernel has such devices. */
    static boolean isThere(IommuFd file) {
        try {
            call(file, new Command(0, 0));
            return true;
        } catch (KernelException refused) {
            return !refused.errno().equals(Errno.ENOTTY);
        }
    }

    /** A new device, attached to an IOAS. */
    static MockDomain attach(IommuFd file, int ioas, int flags) throws KernelException {
        Command command = new Command(DEVICE, ioas).put(28, flags);
        call(file, command);
        return new MockDomain(file, command);
    }

    /** Its id, as a device that is bound has one. */
    int id() {
        return bound;
    }

    /** Attaches it to something else. */
    void attach(int pageTables) throws KernelException {
        call(file, new Command(REPLACE, device).put(16, pageTables));
    }

    /** Writes pages through page tables: those whose bits are set. */
    static void write(IommuFd file, int pageTables, long iova, long length, long page, long bits)
            throws KernelException {
        Command command = new Command(DIRTY, pageTables);
        call(file, command.put(24, iova).put(32, length).put(40, page).put(48, bits));
    }

    @Override
    public void close() {
        try {
            file.destroy(device);
        } catch (KernelException refused) {
            throw refused.about("mock device " + device);
        }
    }

    private static void call(IommuFd file, Command command) throws KernelException {
        Kernel kernel = file.kernel();
        TEST.call(kernel, file.fd(), command);
    }

    private static final class Command extends Struct {
        private static final int SIZE = 128;

        Command(int operation, int id) {
            super(SIZE);
            bytes.putInt(0, SIZE).putInt(4, operation).putInt(8, id);
        }

        Command put(int at, int value) {
            bytes.putInt(at, value);
            return this;
        }

        Command put(int at, long value) {
            bytes.putLong(at, value);
            return this;
        }

        int at(int offset) {
            return bytes.getInt(offset);
        }
    }
}
