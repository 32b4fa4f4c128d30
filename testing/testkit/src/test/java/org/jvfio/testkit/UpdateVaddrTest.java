// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.testkit.device.EduModel;

/** Addresses of the process that are withdrawn from mappings, and given again. */
final class UpdateVaddrTest {
    private static final long FIRST = 0x10L * PAGE;
    private static final long SECOND = 0x14L * PAGE;
    private static final long SIZE = 4L * PAGE;
    private static final int VADDR = Type1DmaUnmap.VADDR;
    private static final int ALL = Type1DmaUnmap.ALL;

    private Seam seam;
    private Type1 container;
    private long vaddr;

    @BeforeEach
    void open() {
        seam = Seam.open();
        container = Type1.version2(seam);
        vaddr = seam.memory(2 * SIZE);
        assertEquals(0, container.map(FIRST, vaddr, SIZE));
        assertEquals(0, container.map(SECOND, vaddr + SIZE, SIZE));
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int restore(long iova, long address, long size) {
        return container.map(iova, address, size, Type1DmaMap.VADDR);
    }

    @Test
    void onlyWhatWasWithdrawnIsGivenAgain() {
        refused(Errno.EINVAL, restore(FIRST, vaddr, SIZE));
        assertEquals(SIZE, container.unmap(FIRST, SIZE, VADDR));

        refused(Errno.EINVAL, restore(SECOND, vaddr, SIZE));
        refused(Errno.EINVAL, restore(FIRST, vaddr, 2 * SIZE));
        refused(Errno.EINVAL, restore(FIRST, vaddr, PAGE));
        refused(Errno.EINVAL, restore(FIRST + PAGE, vaddr, SIZE - PAGE));
        refused(Errno.EINVAL, restore(FIRST, vaddr + 1, SIZE));
        refused(Errno.ENOENT, restore(0x20 * PAGE, vaddr, SIZE));
        refused(Errno.EOVERFLOW, restore(FIRST, -PAGE, SIZE));
        refused(Errno.EEXIST, container.map(FIRST, vaddr, SIZE));
        refused(Errno.EINVAL, container.map(FIRST, vaddr, SIZE, 7));
        assertEquals(0, restore(FIRST, vaddr, SIZE));
    }

    @Test
    void addressesAreWithdrawnOnceAndOfWholeMappings() {
        refused(Errno.EINVAL, container.unmap(FIRST, PAGE, VADDR));
        refused(Errno.EINVAL, container.unmap(FIRST + 1, SIZE, VADDR));
        assertEquals(SIZE, container.unmap(FIRST, SIZE, VADDR));

        refused(Errno.EINVAL, container.unmap(FIRST, SIZE, VADDR));
        refused(Errno.EINVAL, container.unmap(FIRST, 2 * SIZE, VADDR));
        refused(Errno.EINVAL, container.unmap(0, 0, VADDR | ALL));
        assertEquals(0, container.unmap(0x50 * PAGE, SIZE, VADDR));

        assertEquals(SIZE, container.unmap(SECOND, SIZE, VADDR));
    }

    @Test
    void addressesOfAllAreWithdrawnAtOnce() {
        refused(Errno.EINVAL, container.unmap(0, PAGE, VADDR | ALL));
        assertEquals(2 * SIZE, container.unmap(0, 0, VADDR | ALL));

        refused(Errno.EINVAL, container.unmap(0, 0, VADDR | ALL));
        assertEquals(0, restore(SECOND, vaddr + SIZE, SIZE));
        assertEquals(0, restore(FIRST, vaddr, SIZE));
        assertEquals(2 * SIZE, container.unmap(0, 0, VADDR | ALL));
    }

    @Test
    void meanwhileOneCanMapAndUnmapButNoGroupComesIn() {
        int other = seam.open("/dev/vfio/" + Seam.OTHER_EDU_GROUP);
        assertEquals(2 * SIZE, container.unmap(0, 0, VADDR | ALL));

        refused(Errno.EBUSY, container.join(other));
        assertEquals(0, container.map(0x30 * PAGE, vaddr, SIZE));
        assertEquals(SIZE, container.unmap(FIRST, SIZE));
        refused(Errno.ENOENT, restore(FIRST, vaddr, SIZE));
        refused(Errno.EBUSY, container.join(other));
        assertEquals(SIZE, container.unmap(SECOND, SIZE));
        assertEquals(0, container.join(other));
    }

    @Test
    void version1WithdrawsWhatBeginsInTheRange() {
        seam.close(container.group);
        seam.close(container.fd);
        container = Type1.version1(seam);
        assertEquals(0, container.map(FIRST, vaddr, SIZE));
        assertEquals(0, container.map(SECOND, vaddr + SIZE, SIZE));

        assertEquals(0, container.unmap(FIRST + PAGE, SIZE, VADDR));
        assertEquals(SIZE, container.unmap(FIRST, PAGE, VADDR));
        assertEquals(0, restore(FIRST, vaddr, SIZE));
        assertEquals(2 * SIZE, container.unmap(0, 0, VADDR | ALL));
    }

    @Test
    void pinnedMemoryStaysTheSameAndCountsOnce() {
        long before = seam.locked();
        int device = seam.closing(Bound.deviceOf(seam, container.group, Seam.EDU));
        Bound edu = Bound.on(seam, device, container);
        long other = seam.memory(SIZE);
        long to = seam.memory(PAGE);
        seam.view(vaddr, PAGE).putInt(0, 0x01020304);
        seam.view(other, PAGE).putInt(0, 0x05060708);
        assertEquals(0, container.map(0x30 * PAGE, to, PAGE));

        assertEquals(SIZE, container.unmap(FIRST, SIZE, VADDR));
        assertEquals(0, restore(FIRST, other, SIZE));

        edu.enabled().edu(FIRST, EduModel.BUFFER, 4, 0);
        edu.edu(EduModel.BUFFER, 0x30 * PAGE, 4, 2);
        assertEquals(0x01020304, seam.view(to, PAGE).getInt(0));
        assertEquals(before + PAGE, seam.locked());
    }

    @Test
    void whatIsGivenAgainMayBeAnything() {
        assertEquals(SIZE, container.unmap(FIRST, SIZE, VADDR));
        assertEquals(0, restore(FIRST, 0, SIZE));

        assertEquals(SIZE, container.unmap(FIRST, SIZE));
    }
}
