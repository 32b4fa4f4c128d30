// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.jvfio.testkit.Seam.refused;

import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/** A simulated kernel whose pages are larger than those of the machine under it. */
final class HostPageSizeTest {
    private static final int PAGE = 1 << 20;
    private static final int READ_WRITE = Fcntl.PROT_READ | Fcntl.PROT_WRITE;

    @Test
    void memoryIsOfWholePages() {
        try (Seam seam = Seam.on(SimKernel.builder().hostPageSize(PAGE).build())) {
            int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
            long anonymous = seam.kernel.mmap(0, 1, READ_WRITE, flags, -1, 0);
            int file = seam.sim().memoryFile(1);
            long shared = seam.kernel.mmap(0, 1, READ_WRITE, Fcntl.MAP_SHARED, file, 0);

            assertEquals(PAGE, seam.sim().host().pageSize());
            assertEquals(0, anonymous % PAGE);
            assertEquals(0, shared % PAGE);
            seam.view(anonymous, PAGE).put(PAGE - 1, (byte) 1);
            seam.view(shared, PAGE).put(PAGE - 1, (byte) 1);
            refused(Errno.EINVAL, seam.kernel.munmap(anonymous + PAGE / 2, 1));
            assertEquals(0, seam.kernel.munmap(anonymous, 1));
            assertEquals(0, seam.kernel.munmap(shared, 1));
            assertEquals(0, seam.kernel.close(file));
        }
    }

    @Test
    void smallerBarIsNotMapped() {
        try (Seam seam =
                Seam.on(SimKernel.builder().edu("0000:00:05.0").hostPageSize(2 * PAGE).build())) {
            Bound edu = Bound.legacy(seam, "0000:00:05.0", 1).enabled();
            refused(
                    Errno.EINVAL,
                    seam.kernel.mmap(0, PAGE, READ_WRITE, Fcntl.MAP_SHARED, edu.device, 0));
        }
    }

    @Test
    void pagesThatThereAreNotAreRefused() {
        for (int bytes : new int[] {0, 1, 3 * PAGE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SimKernel.builder().hostPageSize(bytes).build());
        }
    }
}
