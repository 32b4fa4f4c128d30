// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.linux.uapi.Type1DirtyBitmap.START;
import static org.jvfio.linux.uapi.Type1DirtyBitmap.STOP;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;

/** Which pages devices wrote to: behind an IOMMU that cannot tell, all that are mapped. */
final class DirtyPagesTest {
    private static final int WORDS = 8;
    private static final long IOVA = 0x100L * PAGE;
    private static final long FILL = 0xaaaaaaaaaaaaaaaaL;
    private static final int GET_BITMAP = Type1DirtyBitmap.GET_BITMAP;
    private static final int ARGSZ_OF_GET = 48;

    private Seam seam;
    private Words bitmap;

    @BeforeEach
    void open() {
        seam = Seam.open();
        bitmap = new Words(2 * WORDS);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private Type1 tracking() {
        Type1 container = Type1.version2(seam);
        assertEquals(0, container.track(START));
        return container;
    }

    private void fill(long word) {
        for (int i = 0; i < WORDS; i++) {
            bitmap.u64(i * Long.BYTES, word);
        }
    }

    private int get(Type1 container, long iova, long size, long pageSize, long bytes, long at) {
        Type1DirtyBitmap get = new Type1DirtyBitmap().get(iova, size, pageSize, bytes, at);
        return seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, get);
    }

    private int get(Type1 container, long iova, long pages) {
        return get(container, iova, pages * PAGE, PAGE, (pages + 63) / 64 * 8, bitmap.address());
    }

    /** Asks with an empty bitmap, and answers its first word. */
    private long word(Type1 container, long iova, long pages) {
        fill(0);
        assertEquals(0, get(container, iova, pages));
        return bitmap.u64(0);
    }

    private long unmap(Type1 container, long iova, long size, long pageSize, long bytes) {
        return container.unmap(
                Type1DmaUnmap.withBitmap()
                        .set(iova, size, Type1DmaUnmap.GET_DIRTY_BITMAP)
                        .bitmap(pageSize, bytes, bitmap.address()));
    }

    @Test
    void version1TracksNothing() {
        Type1 container = Type1.version1(seam);
        assertEquals(0, container.map(IOVA, seam.memory(PAGE), PAGE));

        refused(Errno.EACCES, container.track(START));
        refused(Errno.EACCES, container.track(STOP));
        refused(Errno.EACCES, container.track(0));
        refused(Errno.EACCES, get(container, IOVA, 1));
        refused(Errno.EACCES, seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, 0));
        refused(Errno.EINVAL, unmap(container, IOVA, PAGE, PAGE, 8));
    }

    @Test
    void containerWithoutIommuKnowsNoTracking() {
        int container = seam.open("/dev/vfio/vfio");

        refused(
                Errno.EINVAL,
                seam.ioctl(
                        container,
                        VfioRequests.IOMMU_DIRTY_PAGES,
                        new Type1DirtyBitmap().set(START)));
    }

    @Test
    void trackingIsStartedAndStoppedAsOftenAsOneLikes() {
        Type1 container = Type1.version2(seam);

        for (int flags : new int[] {STOP, START, START, STOP, STOP}) {
            assertEquals(0, container.track(flags));
        }
        for (int flags : new int[] {0, 3, 5, 6, 8}) {
            refused(Errno.EINVAL, container.track(flags));
        }
        refused(Errno.EFAULT, seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, 0));
        Words shortest = Words.of(8, START);
        assertEquals(0, seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, shortest));
        Words tooShort = Words.of(7, START);
        refused(Errno.EINVAL, seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, tooShort));
    }

    @Test
    void everythingMappedIsDirtyWheneverAsked() {
        Type1 container = Type1.version2(seam);
        long vaddr = seam.memory(16 * PAGE);
        assertEquals(0, container.map(IOVA, vaddr, 8 * PAGE));
        assertEquals(0, container.track(START));
        assertEquals(0, container.map(IOVA + 8 * PAGE, vaddr, 4 * PAGE, Type1DmaMap.READ));

        assertEquals(0xff, word(container, IOVA, 8));
        assertEquals(0xff, word(container, IOVA, 8));
        assertEquals(0xf, word(container, IOVA + 8 * PAGE, 4));
        assertEquals(0xfff, word(container, IOVA, 16));
    }

    @Test
    void nothingIsToldWithoutTracking() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));
        assertEquals(0, container.track(STOP));

        refused(Errno.EINVAL, get(container, IOVA, 8));
        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, PAGE, 8));

        assertEquals(8 * PAGE, container.unmap(IOVA, 8 * PAGE));
    }

    @Test
    void bitsStandWhereTheRangeHasTheirPages() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));

        assertEquals(0xff << 3, word(container, IOVA - 3 * PAGE, 64));
        fill(0);
        assertEquals(0, get(container, IOVA - 60 * PAGE, 128));
        assertEquals(0xfL << 60, bitmap.u64(0));
        assertEquals(0xf, bitmap.u64(8) & 0xf);
        fill(0);
        assertEquals(0, get(container, IOVA - 128 * PAGE, 256));
        assertEquals(0, bitmap.u64(0));
        assertEquals(0, bitmap.u64(8));
        assertEquals(0xff, bitmap.u64(16) & 0xff);
    }

    @Test
    void bitsOfTheSameWordsChangeTooAndOthersDoNot() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));
        fill(FILL);

        assertEquals(0, get(container, IOVA, 64));
        assertEquals(0xff, bitmap.u64(0));
        assertEquals(FILL, bitmap.u64(8));
        fill(FILL);
        assertEquals(0, get(container, IOVA - 3 * PAGE, 64));
        assertEquals(0xaaaaaaaaaaaaaffaL, bitmap.u64(0));
        assertEquals(0, get(container, IOVA + 64 * PAGE, 64));
        assertEquals(0xaaaaaaaaaaaaaffaL, bitmap.u64(0));
        fill(FILL);
        assertEquals(0, get(container, IOVA, 64));
        assertEquals(0xaaaaaaaaaaaaafffL, bitmap.u64(0));
    }

    @Test
    void rangeIsOfWholePagesAndWholeMappings() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));
        long at = bitmap.address();

        refused(Errno.EINVAL, get(container, IOVA, 7));
        refused(Errno.EINVAL, get(container, IOVA + PAGE, 7));
        refused(Errno.EINVAL, get(container, IOVA + 2 * PAGE, 2));
        refused(Errno.EINVAL, get(container, IOVA + 0x800, 8));
        refused(Errno.EINVAL, get(container, IOVA, 0, PAGE, 8, at));
        refused(Errno.EINVAL, get(container, IOVA, 8 * PAGE + 1, PAGE, 8, at));
        refused(Errno.EOVERFLOW, get(container, -PAGE, 2));
        refused(Errno.EINVAL, get(container, 0, -PAGE, PAGE, 1 << 28, at));
        for (long pageSize : new long[] {0, 1, 2048, 2 * PAGE, 3 * PAGE, 2 << 20}) {
            refused(Errno.EINVAL, get(container, IOVA, 8 * PAGE, pageSize, 8, at));
        }
        assertEquals(0, get(container, -PAGE, 1));
        assertEquals(0, get(container, IOVA + 8 * PAGE, 8));
    }

    @Test
    void bitmapIsTheProcessesAndLongEnough() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));
        long at = bitmap.address();
        fill(FILL);

        for (long bytes : new long[] {0, 1, 7, (1 << 28) + 1, 1L << 50, -8}) {
            refused(Errno.EINVAL, get(container, IOVA, 8 * PAGE, PAGE, bytes, at));
        }
        refused(Errno.EFAULT, get(container, IOVA, 8 * PAGE, PAGE, 8, 0));
        refused(Errno.EFAULT, get(container, IOVA, 8 * PAGE, PAGE, 8, 0x1000));
        refused(Errno.EINVAL, get(container, IOVA, 8 * PAGE, PAGE, 8, 0xffff_8000_0000_0000L));
        assertEquals(FILL, bitmap.u64(0));
        assertEquals(0, get(container, IOVA, 8 * PAGE, PAGE, 1 << 28, at));
        assertEquals(0xff, bitmap.u64(0));
        assertEquals(FILL, bitmap.u64(8));
    }

    @Test
    void requestSaysThatItHasARange() {
        Type1 container = tracking();
        Words request = new Words(16);
        for (int argsz = 8; argsz <= 64; argsz += 4) {
            request.u32(0, argsz).u32(4, GET_BITMAP).u64(8, IOVA).u64(16, PAGE);
            request.u64(24, PAGE).u64(32, 8).u64(40, bitmap.address());
            int result = seam.ioctl(container.fd, VfioRequests.IOMMU_DIRTY_PAGES, request);
            assertEquals(argsz < ARGSZ_OF_GET ? -Errno.EINVAL.number() : 0, result, "of " + argsz);
        }
    }

    @Test
    void unmapTellsWhatWasDirty() {
        Type1 container = tracking();
        long vaddr = seam.memory(8 * PAGE);
        assertEquals(0, container.map(IOVA, vaddr, 8 * PAGE));
        assertEquals(0, container.map(IOVA + 64L * PAGE, vaddr, 4 * PAGE));
        fill(0);

        assertEquals(12 * PAGE, unmap(container, IOVA - PAGE, 128 * PAGE, PAGE, 16));

        assertEquals(0xff << 1, bitmap.u64(0));
        assertEquals(0xf << 1, bitmap.u64(8));
        assertEquals(0, container.unmap(0, 0, Type1DmaUnmap.ALL));
        assertEquals(0, unmap(container, IOVA, PAGE, PAGE, 8));
    }

    @Test
    void unmapThatCannotTellLeavesTheMapping() {
        Type1 container = tracking();
        assertEquals(0, container.map(IOVA, seam.memory(8 * PAGE), 8 * PAGE));

        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, 2 * PAGE, 8));
        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, 0, 8));
        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, PAGE, 7));
        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, PAGE, 0));
        refused(Errno.EINVAL, unmap(container, IOVA, 8 * PAGE, PAGE, (1 << 28) + 1));
        refused(Errno.EINVAL, unmap(container, IOVA, 0, PAGE, 8));
        refused(Errno.EINVAL, unmap(container, IOVA, 7 * PAGE, PAGE, 8));
        refused(Errno.EOVERFLOW, unmap(container, -PAGE, 2 * PAGE, PAGE, 8));
        Type1DmaUnmap nowhere = Type1DmaUnmap.withBitmap();
        nowhere.set(IOVA, 8 * PAGE, Type1DmaUnmap.GET_DIRTY_BITMAP).bitmap(PAGE, 8, 0x1000);
        refused(Errno.EFAULT, container.unmap(nowhere));
        for (int flag : new int[] {Type1DmaUnmap.ALL, Type1DmaUnmap.VADDR}) {
            int flags = Type1DmaUnmap.GET_DIRTY_BITMAP | flag;
            Type1DmaUnmap both = Type1DmaUnmap.withBitmap().set(IOVA, 8 * PAGE, flags);
            refused(Errno.EINVAL, container.unmap(both.bitmap(PAGE, 8, bitmap.address())));
        }
        refused(Errno.EINVAL, container.unmap(IOVA, 8 * PAGE, Type1DmaUnmap.GET_DIRTY_BITMAP));

        assertEquals(8 * PAGE, container.unmap(0, 0, Type1DmaUnmap.ALL));
    }
}
