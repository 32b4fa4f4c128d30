// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jvfio.AttachOptions;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener;
import org.jvfio.MemorySection;
import org.jvfio.RamRegion;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.CountingKernel;

/**
 * Prints what a guest's memory map costs through the listener beside the same requests made bare:
 * laid out in sections of 2 MiB, changed, and torn down. And how many requests the listener makes.
 *
 * <p>All sections are the same 2 MiB of memory, so no two become one mapping. The requests of both
 * ways are made for devices alike, while the other way's mappings are there as well. Few sections
 * are measured several times, and the best is taken.
 */
public final class ListenerComparison {
    private static final long SECTION = 2L << 20;
    private static final long FIRST = 1L << 32;
    private static final int CHANGES = 201;
    private static final int COUNTED = 1_000;
    private static final int WARM_UP_SECTIONS = 2_000;
    private static final int WARM_UPS = 200;
    private static final int WARM_UP_ROUNDS = 20;
    private static final int LARGE = 20_000;
    private static final int LAYOUT = 0;
    private static final int CHANGE = 2;
    private static final int TEAR_DOWN = 4;
    private static final int NOTHING = 6;

    private final BareMapWay bare;
    private final Vfio vfio;
    private final long memory;
    private final RamRegion ram;

    private ListenerComparison(BareMapWay bare, Vfio vfio, long memory) {
        this.bare = bare;
        this.vfio = vfio;
        this.memory = memory;
        this.ram = RamRegion.of("ram", memory, SECTION);
    }

    /**
     * Measures with a backend, a PCI device for the bare requests, one like it for the listener,
     * and numbers of sections.
     */
    public static void main(String[] arguments) {
        String backend = arguments[0];
        CMaps maps = CMaps.load();
        PciAddress device = PciAddress.of(arguments[2]);
        AttachOptions options = AttachOptions.defaults().backend(backend);
        long memory = maps.dma_memory(SECTION);
        try (PageTablesInC c = new PageTablesInC(maps, backend, PciNode.of(arguments[1]));
                Vfio vfio = Vfio.open()) {
            vfio.addressSpace().attach(device, options);
            ListenerComparison comparison = new ListenerComparison(new BareMapWay(c), vfio, memory);
            comparison.warmUp();
            printTitle(backend);
            Arrays.stream(arguments).skip(3).mapToInt(Integer::parseInt).forEach(comparison::print);
        }
        countRequests(device, options, memory);
    }

    /** Apart from the rest, because counting takes its time too. */
    private static void countRequests(PciAddress device, AttachOptions options, long memory) {
        LinuxHost host = LinuxHost.real();
        CountingKernel kernel = CountingKernel.inFrontOf(host);
        try (Vfio vfio = Vfio.on(kernel.host(host))) {
            vfio.addressSpace().attach(device, options);
            MemoryListener listener = vfio.addressSpace().memoryListener();
            RamRegion ram = RamRegion.of("ram", memory, SECTION);
            List<MemorySection> sections = sections(ram, memory, COUNTED);
            kernel.forget();
            add(listener, sections);
            long layout = kernel.count();
            kernel.forget();
            nothing(listener, sections);
            System.out.printf(
                    "requests: %d to lay %d sections out, %d for %d batches that change nothing%n",
                    layout, COUNTED, kernel.count(), CHANGES);
        }
    }

    private static MapTarget target(int section, long memory) {
        return new MapTarget(IovaRange.of(FIRST + section * SECTION, SECTION), memory);
    }

    private MapTarget target(int section) {
        return target(section, memory);
    }

    private List<MemorySection> sections(int count) {
        return sections(ram, memory, count);
    }

    private static List<MemorySection> sections(RamRegion ram, long memory, int count) {
        List<MemorySection> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sections.add(new MemorySection(target(i, memory).range(), ram, 0));
        }
        return sections;
    }

    /** The listener's code without a device, the requests for one section, and then all of it. */
    private void warmUp() {
        bare.warmUp(target(0));
        List<MemorySection> sections = sections(WARM_UP_SECTIONS);
        MemoryListener elsewhere = vfio.newAddressSpace().memoryListener();
        for (int i = 0; i < WARM_UPS; i++) {
            add(elsewhere, sections);
            change(elsewhere, sections);
            nothing(elsewhere, sections);
            remove(elsewhere, sections);
        }
        MemoryListener listener = vfio.addressSpace().memoryListener();
        List<MemorySection> one = add(listener, sections.subList(0, 1));
        for (int i = 0; i < WARM_UPS; i++) {
            change(listener, one);
            nothing(listener, one);
        }
        remove(listener, one);
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            measure(COUNTED);
        }
    }

    private static List<MemorySection> add(MemoryListener listener, List<MemorySection> sections) {
        listener.begin();
        sections.forEach(listener::regionAdded);
        listener.commit();
        return sections;
    }

    private static List<MemorySection> remove(
            MemoryListener listener, List<MemorySection> sections) {
        listener.begin();
        sections.forEach(listener::regionRemoved);
        listener.commit();
        return sections;
    }

    /** Each way begins with what is left of the other collected. */
    private static long timeAlone(Runnable work) {
        System.gc();
        return time(work);
    }

    private static long time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static void printTitle(String backend) {
        System.out.printf(
                "%-8s| %23s | %23s | %23s | %8s%n",
                backend,
                "layout, each: bare/here",
                "change: bare/here",
                "tear-down: bare/here",
                "nothing");
    }

    private void print(int count) {
        long[] best = measure(count);
        for (int sections = count; sections < LARGE; sections += count) {
            long[] next = measure(count);
            Arrays.setAll(best, i -> Math.min(best[i], next[i]));
        }
        System.out.printf("%8d|", count);
        for (int i = 0; i < NOTHING; i += 2) {
            long each = i == CHANGE ? 1 : count;
            double ratio = (double) best[i + 1] / best[i];
            System.out.printf(" %7d %7d  %5.3f  |", best[i] / each, best[i + 1] / each, ratio);
        }
        System.out.printf(" %8d%n", best[NOTHING]);
    }

    /** Bare and here by turns; then what changes nothing, and its requests. */
    private long[] measure(int count) {
        List<MemorySection> sections = sections(count);
        MemoryListener listener = vfio.addressSpace().memoryListener();
        IovaRange all = IovaRange.of(FIRST, count * SECTION);
        long[] costs = new long[NOTHING + 1];
        costs[LAYOUT] = timeAlone(() -> mapBare(count));
        costs[LAYOUT + 1] = timeAlone(() -> add(listener, sections));
        costs[CHANGE] = bareChange(count);
        costs[CHANGE + 1] = change(listener, sections);
        costs[NOTHING] = nothing(listener, sections);
        costs[TEAR_DOWN] = timeAlone(() -> bare.unmap(new MapTarget(all, memory)));
        costs[TEAR_DOWN + 1] = timeAlone(() -> remove(listener, sections));
        return costs;
    }

    private void mapBare(int count) {
        for (int i = 0; i < count; i++) {
            bare.map(target(i));
        }
    }

    /** The median cost of taking a section away and adding it again. */
    private long bareChange(int count) {
        return median(
                count,
                chosen -> {
                    bare.unmap(target(chosen));
                    bare.map(target(chosen));
                });
    }

    private static long change(MemoryListener listener, List<MemorySection> sections) {
        return median(
                sections.size(),
                chosen -> add(listener, remove(listener, sections.subList(chosen, chosen + 1))));
    }

    /** The median cost of a batch that takes a section away and adds it again. */
    private static long nothing(MemoryListener listener, List<MemorySection> sections) {
        return median(
                sections.size(),
                chosen -> {
                    listener.begin();
                    listener.regionRemoved(sections.get(chosen));
                    listener.regionAdded(sections.get(chosen));
                    listener.commit();
                });
    }

    private interface Change {
        void of(int section);
    }

    private static long median(int count, Change change) {
        long[] samples = new long[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            int chosen = (int) ((long) count * i / CHANGES);
            samples[i] = time(() -> change.of(chosen));
        }
        Arrays.sort(samples);
        return samples[CHANGES / 2];
    }
}
