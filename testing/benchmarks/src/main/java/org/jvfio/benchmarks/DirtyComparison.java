// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jvfio.internal.MergedBitmaps;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.NativeMemory;

/**
 * Prints what merging the dirty bitmap of a guest of 1 TiB costs, 32 MiB of it, beside the same
 * words in C. Both take turns slice by slice; a figure is the 10th percentile of a slice's time,
 * for all slices.
 */
public final class DirtyComparison {
    private static final int BYTES = 32 << 20;
    private static final int WORDS = BYTES / Long.BYTES;
    private static final List<Integer> DENSITIES = List.of(1, 2, 64, 4096, WORDS);
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 3200;
    private static final int PERCENTILE = 10;

    /** Short enough that nothing comes between, most times. */
    private static final int SLICES = 32;

    private static final int SLICE = BYTES / SLICES;

    private final CLoops c = CLoops.load();
    private final NativeMemory from = LinuxHost.real().allocate(BYTES);
    private final NativeMemory to = LinuxHost.real().allocate(BYTES);

    private DirtyComparison() {}

    /** Measures bitmaps with more and less in them. */
    public static void main(String[] arguments) {
        DirtyComparison bitmaps = new DirtyComparison();
        bitmaps.warmUp();
        System.out.printf("a bitmap of 32 MiB, Java %s%n", Runtime.version().feature());
        System.out.printf(
                "%-24s %8s %8s %6s %8s%n", "words with dirty pages", "C, ms", "ms", "", "target");
        DENSITIES.forEach(bitmaps::compare);
    }

    /**
     * Until the compiler has seen all kinds of bitmap, it takes back what it made for the first.
     */
    private void warmUp() {
        for (int i = 0; i < WARM_UP; i++) {
            DENSITIES.forEach(this::warmUp);
        }
    }

    private void warmUp(int every) {
        fill(every);
        for (int i = 0; i < WARM_UP; i++) {
            MergedBitmaps.merge(from.window(0), to.window(0));
        }
    }

    /** Compares with one word in {@code every} not zero. */
    private void compare(int every) {
        fill(every);
        long[] inC = new long[ROUNDS];
        long[] inJava = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            int slice = round % SLICES;
            inC[round] = mergeInC(slice);
            inJava[round] = merge((slice + SLICES / 2) % SLICES);
        }
        double usual = low(inC) * SLICES / 1e6;
        double ours = low(inJava) * SLICES / 1e6;
        String words = every == 1 ? "all" : "1 in " + every;
        System.out.printf(
                "%-24s %8.2f %8.2f %6.2f %8s%n", words, usual, ours, ours / usual, "<= 1.30");
    }

    private long mergeInC(int slice) {
        long at = (long) slice * SLICE;
        return c.merge_loop(from.address() + at, to.address() + at, SLICE / Long.BYTES);
    }

    private long merge(int slice) {
        ByteBuffer source = from.window(0).slice(slice * SLICE, SLICE);
        ByteBuffer target = to.window(0).slice(slice * SLICE, SLICE);
        long start = System.nanoTime();
        MergedBitmaps.merge(source, target);
        return System.nanoTime() - start;
    }

    private void fill(int every) {
        SplittableRandom random = new SplittableRandom(every);
        ByteBuffer bits = from.window(0);
        for (int word = 0; word < WORDS; word++) {
            bits.putLong(word * Long.BYTES, random.nextInt(every) == 0 ? random.nextLong() : 0);
        }
    }

    private static long low(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * PERCENTILE / 100];
    }
}
