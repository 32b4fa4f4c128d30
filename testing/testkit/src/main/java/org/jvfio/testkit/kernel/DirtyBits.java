// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Arrays;

/**
 * Which pages of a mapping were written to, as type 1 keeps them: a bit for each page, and room to
 * shift them to where the caller's bitmap has them.
 *
 * <p>Whole words are carried over into that bitmap, so that bits of the same words that stand for
 * no page of the mapping change too. What they become is no promise of Linux; here it is as there.
 */
final class DirtyBits {
    private final long pages;
    private final long[] bits;

    DirtyBits(long pages) {
        this.pages = pages;
        this.bits = new long[words(pages) + 1];
    }

    private static int words(long pages) {
        return Math.toIntExact((pages + Long.SIZE - 1) / Long.SIZE);
    }

    /**
     * Writes the bits into the caller's bitmap, all set: behind an IOMMU that cannot tell, every
     * page may have been written to. Then they are clear again.
     *
     * @param bitmap the address of the caller's bitmap
     * @param before how many pages the bitmap has before the mapping
     */
    void report(long bitmap, long before) {
        int shift = (int) (before % Long.SIZE);
        int words = words(pages + shift);
        UserBytes target = UserBytes.at(bitmap + before / Long.SIZE * Long.BYTES, words * 8);
        fill(-1);
        if (shift > 0) {
            for (int i = words - 1; i > 0; i--) {
                bits[i] = (bits[i] << shift) | (bits[i - 1] >>> -shift);
            }
            bits[0] = (bits[0] << shift) | target.u64(0);
        }
        for (int i = 0; i < words; i++) {
            target.u64(i * Long.BYTES, bits[i]);
        }
        fill(0);
    }

    /** Sets the bits of the mapping's pages to that of {@code pattern}, and leaves those behind. */
    private void fill(long pattern) {
        int whole = (int) (pages / Long.SIZE);
        Arrays.fill(bits, 0, whole, pattern);
        long rest = (1L << (pages % Long.SIZE)) - 1;
        bits[whole] = (bits[whole] & ~rest) | (pattern & rest);
    }
}
