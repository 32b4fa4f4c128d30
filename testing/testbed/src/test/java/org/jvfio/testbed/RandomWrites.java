// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DirtyLog;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;

/**
 * Two devices that write at random to an address space that changes at random, and a model of what
 * must be dirty.
 */
final class RandomWrites implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PAGES = 200;
    private static final long FIRST = 0x7f_f000;
    private static final List<PciAddress> DEVICES = List.of(GuestBench.EDU, GuestBench.OTHER_EDU);
    private static final int SHOWN = 40;

    private final SimKernel kernel;
    private final Vfio vfio;
    private final AddressSpace space;
    private final NativeMemory memory;
    private final List<String> backends;
    private final boolean exact;
    private final SplittableRandom random;
    private final @Nullable PciDevice[] devices = new PciDevice[DEVICES.size()];
    private final MappedPages mapped = new MappedPages();
    private final BitSet dirty = new BitSet();
    private final List<String> log = new ArrayList<>();
    private @Nullable DirtyLog tracking;
    private long told;

    RandomWrites(SimKernelBuilder machine, List<String> backends, boolean exact, long seed) {
        this.kernel = machine.build();
        this.vfio = Vfio.on(kernel.host());
        this.space = vfio.newAddressSpace();
        this.memory = vfio.host().allocate((long) PAGES * PAGE);
        this.backends = backends;
        this.exact = exact;
        this.random = new SplittableRandom(seed);
    }

    String lastSteps() {
        return String.join("\n", log.subList(Math.max(0, log.size() - SHOWN), log.size()));
    }

    /** How many pages were dirty in the model when they were asked for. */
    long told() {
        return told;
    }

    void step() {
        int choice = random.nextInt(100);
        if (tracking == null && choice < 30) {
            trackOrNot();
        } else if (choice < 20) {
            map();
        } else if (choice < 30) {
            unmap();
        } else if (choice < 31) {
            unmapAll();
        } else if (choice < 38) {
            attachOrDetach();
        } else if (choice < 85) {
            write();
        } else if (choice < 99) {
            collect();
        } else {
            trackOrNot();
        }
    }

    private IovaRange someRange(int most) {
        int first = random.nextInt(PAGES);
        int count = 1 + random.nextInt(Math.min(most, PAGES - first));
        return IovaRange.of(FIRST + (long) first * PAGE, (long) count * PAGE);
    }

    private static int index(long iova) {
        return (int) ((iova - FIRST) / PAGE);
    }

    private void map() {
        IovaRange range = someRange(70);
        if (!mapped.overlaps(range)) {
            log.add("map " + range);
            long vaddr = memory.address() + (range.first() - FIRST);
            space.map(range, vaddr, Access.READ_WRITE);
            mapped.add(range, vaddr, Access.READ_WRITE);
        }
    }

    private void unmap() {
        IovaRange range = someRange(140);
        if (!mapped.splits(range)) {
            log.add("unmap " + range);
            assertEquals(mapped.remove(range), space.unmap(range));
        }
    }

    private void unmapAll() {
        log.add("unmap all");
        space.unmapAll();
        mapped.clear();
    }

    private void attachOrDetach() {
        int which = random.nextInt(devices.length);
        PciDevice device = devices[which];
        if (device != null) {
            log.add("detach " + device.name());
            device.close();
            devices[which] = null;
        } else {
            String backend = backends.get(random.nextInt(backends.size()));
            log.add("attach " + DEVICES.get(which) + " through " + backend);
            devices[which] =
                    space.attach(DEVICES.get(which), AttachOptions.defaults().backend(backend));
        }
    }

    private void write() {
        PciDevice device = devices[random.nextInt(devices.length)];
        if (device == null) {
            return;
        }
        long iova = somewhere();
        log.add("write 0x%x by %s".formatted(iova, device.name()));
        new EduPort(device).store(iova);
        if (tracking != null && mapped.at(iova).isPresent()) {
            dirty.set(index(iova));
        }
    }

    /** Mostly where something is mapped. */
    private long somewhere() {
        long iova = 0;
        for (int tries = 0; tries < 3; tries++) {
            iova = FIRST + (long) random.nextInt(PAGES) * PAGE;
            if (mapped.at(iova).isPresent()) {
                return iova;
            }
        }
        return iova;
    }

    private void collect() {
        if (tracking == null) {
            return;
        }
        IovaRange range =
                random.nextInt(4) == 0
                        ? IovaRange.of(FIRST, (long) PAGES * PAGE)
                        : someRange(PAGES);
        log.add("collect " + range);
        int from = index(range.first());
        int to = index(range.last()) + 1;
        ByteBuffer bitmap = ByteBuffer.allocateDirect((to - from + 63) / 64 * 8);
        tracking.collect(range, bitmap);
        BitSet found = BitSet.valueOf(bitmap);
        BitSet wanted = dirty.get(from, to);
        dirty.clear(from, to);
        told += wanted.cardinality();
        BitSet lost = (BitSet) wanted.clone();
        lost.andNot(found);
        assertEquals(new BitSet(), lost, "lost pages, from " + from);
        if (exact) {
            assertEquals(wanted, found, "dirty pages, from " + from);
        }
    }

    private void trackOrNot() {
        dirty.clear();
        if (tracking == null) {
            log.add("track");
            tracking = space.trackDirty();
        } else {
            log.add("track no longer");
            tracking.close();
            tracking = null;
        }
    }

    @Override
    public void close() {
        vfio.close();
        memory.retire();
        kernel.assertNothingLeft();
        kernel.close();
    }
}
