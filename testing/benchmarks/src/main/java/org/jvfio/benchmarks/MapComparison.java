// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;

/**
 * Prints what a map and an unmap cost in C, through the bare call, and through the public API: by
 * turns, with the same memory, because the state of the kernel's allocators shows.
 */
public final class MapComparison {
    private static final List<Integer> SIZES_KIB = List.of(4, 64, 2048);
    private static final long LARGEST = 2 << 20;
    private static final long IOVA = 1L << 32;

    private final PageTablesInC c;
    private final JavaMapWay bare;
    private final JavaMapWay jvfio;

    private MapComparison(PageTablesInC c, JavaMapWay jvfio) {
        this.c = c;
        this.bare = new BareMapWay(c);
        this.jvfio = jvfio;
    }

    /**
     * Measures with a backend and two PCI devices alike: one for C and the bare call, and one for
     * the public API.
     */
    public static void main(String[] arguments) {
        String backend = arguments[0];
        CMaps maps = CMaps.load();
        long memory = maps.dma_memory(LARGEST);
        try (PageTablesInC c = new PageTablesInC(maps, backend, PciNode.of(arguments[1]));
                PublicMapWay jvfio = new PublicMapWay(Vfio.open(), backend, arguments[2])) {
            MapComparison comparison = new MapComparison(c, jvfio);
            comparison.warmUp(target(SIZES_KIB.get(0), memory));
            printTitle(backend);
            SIZES_KIB.forEach(kib -> comparison.measure(kib, target(kib, memory)));
        }
    }

    private static MapTarget target(int kib, long memory) {
        return new MapTarget(IovaRange.of(IOVA, kib * 1024L), memory);
    }

    private void warmUp(MapTarget target) {
        bare.warmUp(target);
        jvfio.warmUp(target);
    }

    private void measure(int kib, MapTarget target) {
        for (int round = 0; round < MapWay.ROUNDS; round++) {
            c.measure(target, round);
            bare.measure(target, round);
            jvfio.measure(target, round);
        }
        print(kib, jvfio.allocated(target));
    }

    private static void printTitle(String backend) {
        System.out.printf(
                "%-7s %8s | %15s %15s %15s | %6s %10s %6s%n",
                backend, "KiB", "C", BareCall.name(), "jvfio", "bare:C", "jvfio:bare", "B/op");
    }

    private void print(int kib, double allocated) {
        MapWay.Cost inC = c.cost();
        MapWay.Cost inBare = bare.cost();
        MapWay.Cost inJvfio = jvfio.cost();
        System.out.printf(
                "%-7s %8d | %15s %15s %15s | %6.3f %10.4f %6.2f%n",
                "", kib, inC, inBare, inJvfio, inBare.ratio(inC), inJvfio.ratio(inBare), allocated);
    }
}
