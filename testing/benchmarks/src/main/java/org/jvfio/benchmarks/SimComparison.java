// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.List;
import java.util.Random;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.testkit.SimKernel;

/**
 * Prints what a map and an unmap cost on the simulated kernel, beside how many mappings there are:
 * by the bare request, and through the public API.
 */
public final class SimComparison {
    private static final List<Integer> COUNTS = List.of(1, 16, 256, 4096, 65535);
    private static final int MOST = 65535;
    private static final int ROUNDS = 20 * MapWay.ROUNDS;
    private static final long PAGE = 4096;
    private static final String DEVICE = "0000:00:05.0";
    private static final String TARGET = "<= 2000";

    private final JavaMapWay way;
    private final long memory;
    private final Random random = new Random(1);
    private int present;

    private SimComparison(JavaMapWay way, long memory) {
        this.way = way;
        this.memory = memory;
    }

    /** Measures both interfaces, after a trial of all. */
    public static void main(String[] arguments) {
        measureAll(COUNTS.subList(0, 3), false);
        System.out.printf(
                "ns      %-6s %9s %9s %9s %9s%n", "way", "mappings", "map", "pair", "map");
        measureAll(COUNTS, true);
    }

    private static void measureAll(List<Integer> counts, boolean print) {
        for (String backend : List.of("legacy", "iommufd")) {
            try (SimKernel kernel = machine();
                    SimMapWay way = SimMapWay.open(kernel, backend)) {
                new SimComparison(way, memory(kernel)).measure(counts, backend, "ioctl", print);
            }
            try (SimKernel kernel = machine();
                    Vfio vfio = Vfio.on(kernel.host());
                    PublicMapWay way = new PublicMapWay(vfio, backend, DEVICE)) {
                new SimComparison(way, memory(kernel)).measure(counts, backend, "jvfio", print);
            }
        }
    }

    private static SimKernel machine() {
        return SimKernel.builder().edu(DEVICE).build();
    }

    private static long memory(Kernel kernel) {
        int access = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        return kernel.mmap(0, MOST * PAGE, access, flags, -1, 0);
    }

    private void measure(List<Integer> counts, String backend, String name, boolean print) {
        for (int count : counts) {
            for (; present < count - 1; present++) {
                way.map(target(2L * present, present));
            }
            for (int round = 0; round < ROUNDS; round++) {
                int below = present == 0 ? 0 : random.nextInt(present);
                way.measure(target(2L * below + 1, below), round % MapWay.ROUNDS);
            }
            MapWay.Cost cost = way.cost();
            if (print) {
                System.out.printf(
                        "%-7s %-6s %9d %9d %9d %9s%n",
                        backend,
                        name,
                        count,
                        cost.map(),
                        cost.map() + cost.unmap(),
                        name.equals("ioctl") ? TARGET : "");
            }
        }
    }

    /** Pages with a gap before and after each, so that what is measured goes in between. */
    private MapTarget target(long place, int page) {
        return new MapTarget(IovaRange.of((place + 16) * PAGE, PAGE), memory + page * PAGE);
    }
}
