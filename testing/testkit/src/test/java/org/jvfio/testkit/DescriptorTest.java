// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/** Descriptors, eventfds, {@code poll} and {@code mmap}. */
final class DescriptorTest {
    private static final int POLLOUT = 4;
    private static final int POLLNVAL = 0x20;

    private Seam seam;

    @BeforeEach
    void open() {
        seam = Seam.open();
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private long write(int fd, long value) {
        return seam.kernel.write(fd, new Words(2).u64(0, value).address(), Long.BYTES);
    }

    private int poll(Words entries, int timeout) {
        return seam.kernel.poll(entries.address(), entries.capacity() / 8, timeout);
    }

    @Test
    void lowestFreeNumberIsGivenFirst() {
        int first = seam.open("/dev/iommu");
        int second = seam.open("/dev/iommu");
        assertEquals(0, seam.kernel.close(first));

        assertEquals(first, seam.eventfd());

        seam.close(second);
        refused(Errno.EBADF, seam.kernel.close(second));
    }

    @Test
    void closedDescriptorIsRefusedEverywhere() {
        long buffer = seam.memory(PAGE);
        int gone = 999_999;

        refused(Errno.EBADF, seam.kernel.ioctl(gone, 0, 0));
        refused(Errno.EBADF, seam.kernel.read(gone, buffer, 8));
        refused(Errno.EBADF, seam.kernel.write(gone, buffer, 8));
        refused(Errno.EBADF, seam.kernel.pread(gone, buffer, 8, 0));
        refused(Errno.EBADF, seam.kernel.pwrite(gone, buffer, 8, 0));
        refused(Errno.EBADF, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_SHARED, gone, 0));
        Words entry = new Words(2).pollfd(0, gone, Fcntl.POLLIN);
        assertEquals(1, poll(entry, 0));
        assertEquals(POLLNVAL, entry.revents(0));
    }

    @Test
    void pathsThatCannotBeOpened() {
        refused(Errno.ENOENT, seam.kernel.open("/dev/vfio/99", Fcntl.O_RDWR));
        refused(Errno.of(21), seam.kernel.open("/dev/vfio", Fcntl.O_RDWR));
        refused(Errno.ENOENT, seam.kernel.open("/dev/nothing/x", Fcntl.O_RDWR));
        refused(Errno.ENOTDIR, seam.kernel.open("/dev/iommu/x", Fcntl.O_RDWR));
    }

    @Test
    void containerAndIommufdHaveNoBytes() {
        long buffer = seam.memory(PAGE);
        int container = seam.open("/dev/vfio/vfio");
        int iommu = seam.open("/dev/iommu");
        int group = seam.open("/dev/vfio/" + Seam.EDU_GROUP);

        refused(Errno.EINVAL, seam.kernel.read(container, buffer, 4));
        refused(Errno.EINVAL, seam.kernel.pread(container, buffer, 4, 0));
        refused(Errno.EINVAL, seam.kernel.read(group, buffer, 4));
        refused(Errno.ENODEV, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_SHARED, container, 0));
        refused(Errno.ENXIO, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_SHARED, iommu, 0));
        assertEquals(1, poll(new Words(2).pollfd(0, container, Fcntl.POLLIN), 0));
    }

    @Test
    void eventfdCountsUpAndIsTakenWhole() {
        int eventfd = seam.eventfd();
        refused(Errno.EAGAIN, seam.taken(eventfd));

        assertEquals(8, write(eventfd, 3));
        assertEquals(8, write(eventfd, 4));

        assertEquals(7, seam.taken(eventfd));
        refused(Errno.EAGAIN, seam.taken(eventfd));
    }

    @Test
    void eventfdTakesNoMoreThanItHolds() {
        int eventfd = seam.eventfd();
        long buffer = seam.memory(PAGE);

        refused(Errno.EINVAL, write(eventfd, -1));
        assertEquals(8, write(eventfd, -2));
        refused(Errno.EAGAIN, write(eventfd, 1));
        refused(Errno.EINVAL, seam.kernel.read(eventfd, buffer, 4));
        refused(Errno.EINVAL, seam.kernel.write(eventfd, buffer, 4));
        refused(Errno.of(29), seam.kernel.pread(eventfd, buffer, 8, 0));
        refused(Errno.EINVAL, seam.kernel.eventfd(0, 8));
        refused(Errno.ENODEV, seam.kernel.mmap(0, PAGE, 3, Fcntl.MAP_SHARED, eventfd, 0));
        refused(Errno.ENOTTY, seam.kernel.ioctl(eventfd, 0x3b64, 0));
        assertEquals(-2, seam.taken(eventfd));
    }

    @Test
    void pollTellsWhatIsThere() {
        int eventfd = seam.eventfd();
        Words entries = new Words(4);
        entries.pollfd(0, eventfd, Fcntl.POLLIN | POLLOUT).pollfd(8, -1, Fcntl.POLLIN);
        assertEquals(1, poll(entries, 0));
        assertEquals(POLLOUT, entries.revents(0));
        assertEquals(0, entries.revents(8));

        write(eventfd, 1);

        assertEquals(1, poll(entries, -1));
        assertEquals(Fcntl.POLLIN | POLLOUT, entries.revents(0));
        refused(Errno.EINVAL, seam.kernel.poll(entries.address(), -1, 0));
        refused(Errno.EFAULT, seam.kernel.poll(0, 1, 0));
        assertEquals(0, seam.kernel.poll(0, 0, 0));
    }

    @Test
    void pollWaitsUntilSomethingComes() throws InterruptedException {
        int eventfd = seam.eventfd();
        CountDownLatch woken = new CountDownLatch(1);
        Thread waiting =
                new Thread(
                        () -> {
                            if (poll(new Words(2).pollfd(0, eventfd, Fcntl.POLLIN), -1) == 1) {
                                woken.countDown();
                            }
                        });
        waiting.start();

        write(eventfd, 1);

        assertTrue(woken.await(10, TimeUnit.SECONDS));
        waiting.join();
        assertEquals(1, seam.taken(eventfd));
    }

    @Test
    void pollGivesUpAfterItsTime() {
        long start = System.nanoTime();

        assertEquals(0, poll(new Words(2).pollfd(0, seam.eventfd(), Fcntl.POLLIN), 20));

        assertTrue(System.nanoTime() - start >= 20_000_000);
    }

    @Test
    void blockingReadWaits() throws InterruptedException {
        int eventfd = seam.closing(seam.kernel.eventfd(0, 0));
        long[] taken = new long[1];
        Thread reading = new Thread(() -> taken[0] = seam.taken(eventfd));
        reading.start();

        write(eventfd, 5);

        reading.join(10_000);
        assertEquals(5, taken[0]);
    }

    @Test
    void memoryIsMappedAndUnmappedInPages() {
        long address = seam.memory(4 * PAGE);
        assertEquals(0, seam.view(address, 8).getLong(0));

        assertEquals(0, seam.kernel.munmap(address + PAGE, PAGE));
        refused(Errno.EINVAL, seam.kernel.munmap(address + 1, PAGE));
        refused(Errno.EINVAL, seam.kernel.munmap(address, 0));
        refused(
                Errno.EINVAL,
                seam.kernel.mmap(0, 0, 3, Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS, -1, 0));
        assertEquals(0, seam.view(address + 2 * PAGE, 8).getLong(0));
    }
}
