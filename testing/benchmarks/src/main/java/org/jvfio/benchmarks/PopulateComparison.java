// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;

/**
 * Prints what bringing memory in costs: by touching it from one thread, by one call in C, and by
 * {@link Host#populate}; and with a device, what mapping it costs untouched and populated.
 *
 * <p>The ways take turns, each on fresh memory. What a way costs is its best round: they are long,
 * and whatever else the machine does only adds to them.
 */
public final class PopulateComparison {
    private static final int ROUNDS = 9;
    private static final long IOVA = 1L << 32;

    private final CPages c = CPages.load();
    private final List<Way> ways = new ArrayList<>();
    private final long bytes;

    private PopulateComparison(long bytes) {
        this.bytes = bytes;
    }

    /**
     * Measures on this machine's kernel.
     *
     * @param arguments how many MiB; and then perhaps a backend and a device to map them for
     */
    public static void main(String[] arguments) {
        PopulateComparison comparison = new PopulateComparison(Long.parseLong(arguments[0]) << 20);
        try (Vfio vfio = Vfio.open()) {
            if (arguments.length > 1) {
                AttachOptions options = AttachOptions.defaults().backend(arguments[1]);
                vfio.addressSpace().attach(PciAddress.of(arguments[2]), options);
                comparison.addMaps(vfio.host(), vfio.addressSpace());
            } else {
                comparison.addTouches(vfio.host());
            }
            System.out.printf(
                    "%s MiB %s, %d processors%n",
                    arguments[0],
                    arguments.length > 1 ? arguments[1] : "without a device",
                    Runtime.getRuntime().availableProcessors());
            comparison.measure(false);
            comparison.measure(true);
        }
    }

    private void addTouches(Host host) {
        add("touched in C", address -> c.touch(address, bytes));
        add("one madvise in C", address -> c.populate(address, bytes));
        add("Host.populate", timed(address -> host.populate(address, bytes)));
    }

    private void addMaps(Host host, AddressSpace space) {
        IovaRange range = IovaRange.of(IOVA, bytes);
        add(
                "map, untouched",
                unmapped(space, timed(at -> space.map(range, at, Access.READ_WRITE))));
        add(
                "map, there already",
                unmapped(
                        space,
                        at -> {
                            c.populate(at, bytes);
                            return timed(a -> space.map(range, a, Access.READ_WRITE))
                                    .applyAsLong(at);
                        }));
        add(
                "one madvise in C, map",
                unmapped(
                        space,
                        at ->
                                c.populate(at, bytes)
                                        + timed(a -> space.map(range, a, Access.READ_WRITE))
                                                .applyAsLong(at)));
        add(
                "Host.populate, map",
                unmapped(
                        space,
                        timed(
                                at -> {
                                    host.populate(at, bytes);
                                    space.map(range, at, Access.READ_WRITE);
                                })));
    }

    private interface Work {
        void on(long address);
    }

    private static LongUnaryOperator timed(Work work) {
        return address -> {
            long start = System.nanoTime();
            work.on(address);
            return System.nanoTime() - start;
        };
    }

    private static LongUnaryOperator unmapped(AddressSpace space, LongUnaryOperator mapping) {
        return address -> {
            long nanoseconds = mapping.applyAsLong(address);
            space.unmapAll();
            return nanoseconds;
        };
    }

    private void add(String name, LongUnaryOperator way) {
        ways.add(new Way(name, way));
    }

    private void measure(boolean huge) {
        for (int round = -1; round < ROUNDS; round++) {
            for (Way way : ways) {
                long address = c.fresh_memory(bytes, huge ? 1 : 0);
                long nanoseconds = way.nanoseconds.applyAsLong(address);
                c.drop_memory(address, bytes);
                // Round -1 warms up.
                way.rounds[Math.max(round, 0)] = nanoseconds;
            }
        }
        System.out.printf("%s pages%n", huge ? "huge" : "small");
        double first = ways.get(0).best();
        for (Way way : ways) {
            System.out.printf(
                    "  %-24s %9.1f ms %6.2f%n", way.name, way.best() / 1e6, way.best() / first);
        }
    }

    /** A way to have memory in place, and how long it took in each round. */
    private static final class Way {
        private final String name;
        private final LongUnaryOperator nanoseconds;
        private final long[] rounds = new long[ROUNDS];

        Way(String name, LongUnaryOperator nanoseconds) {
            this.name = name;
            this.nanoseconds = nanoseconds;
        }

        double best() {
            return Arrays.stream(rounds).min().orElseThrow();
        }
    }
}
