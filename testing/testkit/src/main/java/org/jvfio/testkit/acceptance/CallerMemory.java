// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.ProcessMemory;

/** Private anonymous memory of the caller, of pages of one size, until it is closed. */
final class CallerMemory implements AutoCloseable {
    /** Of what pages. */
    enum Pages {
        /** The machine's usual ones. */
        ANONYMOUS(12, 0),
        /** Set aside by the kernel's command line or in sysfs. */
        ANONYMOUS_HUGETLB_2MB(21, Fcntl.MAP_HUGETLB | 21 << Fcntl.MAP_HUGE_SHIFT),
        /** Set aside by the kernel's command line. */
        ANONYMOUS_HUGETLB_1GB(30, Fcntl.MAP_HUGETLB | 30 << Fcntl.MAP_HUGE_SHIFT);

        private final int shift;
        private final int flags;

        Pages(int shift, int flags) {
            this.shift = shift;
            this.flags = flags;
        }

        long size() {
            return 1L << shift;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kernel kernel;
    private final long address;
    private final long size;

    private CallerMemory(Kernel kernel, long address, long size) {
        this.kernel = kernel;
        this.address = address;
        this.size = size;
    }

    /** One page; the case is skipped if the machine has set none of that size aside. */
    static CallerMemory page(Kernel kernel, Pages pages) {
        return allocate(kernel, pages, pages.size());
    }

    /** Usual memory. */
    static CallerMemory of(Kernel kernel, long bytes) {
        return allocate(kernel, Pages.ANONYMOUS, bytes);
    }

    private static CallerMemory allocate(Kernel kernel, Pages pages, long bytes) {
        long address =
                kernel.mmap(
                        0,
                        bytes,
                        Fcntl.PROT_READ | Fcntl.PROT_WRITE,
                        Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS | pages.flags,
                        -1,
                        0);
        if (address == -Errno.ENOMEM.number() && pages != Pages.ANONYMOUS) {
            abort("no free huge page of 0x%x bytes".formatted(bytes));
        }
        if (address < 0) {
            throw new IllegalStateException("mmap: " + Errno.of((int) -address));
        }
        return new CallerMemory(kernel, address, bytes);
    }

    long address() {
        return address;
    }

    long size() {
        return size;
    }

    ByteBuffer bytes(long offset, int length) {
        return ProcessMemory.view(address + offset, length);
    }

    @Override
    public void close() {
        int result = kernel.munmap(address, size);
        if (result != 0) {
            throw new IllegalStateException("munmap: " + Errno.of(-result));
        }
    }
}
