// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.device.DmaFault;

/** One thread's part of a {@link RandomSpace}: addresses, memory, buffers and perhaps a device. */
final class RandomPart {
    private static final int PAGE = RandomSpace.PAGE;
    private static final int PAGES = RandomSpace.PAGES;
    private static final List<PciAddress> DEVICES = List.of(GuestBench.EDU, GuestBench.OTHER_EDU);
    private static final List<Access> ACCESSES = List.of(Access.values());

    private final RandomSpace world;
    private final int number;
    private final String backend;
    private final NativeMemory memory;
    private final SplittableRandom random;
    private final IovaRange slots;
    private final IovaRange window;
    private final MappedPages pages = new MappedPages();
    private final List<DmaBuffer> buffers = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private @Nullable PciDevice device;
    private int seenFaults;

    RandomPart(RandomSpace world, int number, String backend, NativeMemory memory, long seed) {
        this.world = world;
        this.number = number;
        this.backend = backend;
        this.memory = memory;
        this.random = new SplittableRandom(seed * 31 + number);
        this.slots = IovaRange.of(0x100_0000L + number * 0x10_0000L, (long) PAGES * PAGE);
        this.window = IovaRange.of(0x200_0000L + number * 0x10_0000L, (long) PAGES * PAGE);
    }

    MappedPages pages() {
        return pages;
    }

    /** What was done, oldest first. */
    List<String> log() {
        return log;
    }

    /** The address space was closed, and with it what is here. */
    void forget() {
        pages.clear();
        buffers.clear();
        device = null;
    }

    void retire() {
        memory.retire();
    }

    /** Makes one step, whatever comes. */
    void step() {
        int choice = random.nextInt(100);
        if (choice < 2) {
            say("close and reopen");
            world.alone(world::reopen);
        } else if (choice < 4) {
            say("unmap all");
            world.alone(world::unmapAll);
        } else if (choice < 8) {
            say("compare");
            world.alone(world::compare);
        } else {
            world.beside(() -> besideOthers(choice));
        }
    }

    private void besideOthers(int choice) {
        if (choice < 35) {
            map();
        } else if (choice < 55) {
            unmap();
        } else if (choice < 65) {
            allocate();
        } else if (choice < 75) {
            free();
        } else if (choice < 83) {
            attachOrDetach();
        } else {
            transfer();
        }
    }

    private void say(String step) {
        log.add(step);
    }

    private IovaRange someRange() {
        int first = random.nextInt(PAGES);
        int count = 1 + random.nextInt(Math.min(4, PAGES - first));
        return IovaRange.of(slots.first() + (long) first * PAGE, (long) count * PAGE);
    }

    private void map() {
        IovaRange range = someRange();
        long vaddr = memory.address() + (range.first() - slots.first());
        Access access = ACCESSES.get(random.nextInt(ACCESSES.size()));
        say("map " + range + " " + access);
        if (pages.overlaps(range)) {
            assertThrows(
                    IllegalArgumentException.class, () -> world.space().map(range, vaddr, access));
        } else {
            world.space().map(range, vaddr, access);
            pages.add(range, vaddr, access);
        }
    }

    private void unmap() {
        IovaRange range = someRange();
        say("unmap " + range);
        if (pages.splits(range)) {
            assertThrows(IllegalArgumentException.class, () -> world.space().unmap(range));
        } else {
            assertEquals(pages.remove(range), world.space().unmap(range), "bytes unmapped");
        }
    }

    private void allocate() {
        long bytes = 1L + random.nextInt(6 * PAGE);
        long length = (bytes + PAGE - 1) & -PAGE;
        say("allocate " + bytes);
        if (pages.hasRoom(window, length)) {
            DmaBuffer buffer = world.space().allocate(bytes, window);
            buffers.add(buffer);
            pages.add(buffer.range(), buffer.address(), Access.READ_WRITE);
        } else {
            assertThrows(VfioException.class, () -> world.space().allocate(bytes, window));
        }
    }

    private void free() {
        if (!buffers.isEmpty()) {
            DmaBuffer buffer = buffers.remove(random.nextInt(buffers.size()));
            IovaRange range = buffer.range();
            long address = buffer.address();
            say("free " + range);
            buffer.close();
            // After unmapAll its place may have been given to another buffer.
            pages.at(range.first())
                    .filter(m -> m.vaddr() == address)
                    .ifPresent(m -> pages.remove(m.range()));
        }
    }

    private void attachOrDetach() {
        if (number >= DEVICES.size()) {
            return;
        }
        if (device != null) {
            say("detach");
            device.close();
            device = null;
        } else {
            String through = random.nextInt(4) == 0 ? other() : backend;
            say("attach through " + through);
            device =
                    world.space()
                            .attach(DEVICES.get(number), AttachOptions.defaults().backend(through));
        }
    }

    private String other() {
        return backend.equals(GuestBench.LEGACY) ? GuestBench.IOMMUFD : GuestBench.LEGACY;
    }

    /** Lets the device read one page and write another, mapped for that or not. */
    private void transfer() {
        if (device == null) {
            return;
        }
        long source = slots.first() + (long) random.nextInt(PAGES) * PAGE;
        long target = slots.first() + (long) random.nextInt(PAGES) * PAGE;
        boolean readable = pages.at(source).filter(m -> m.access().readable()).isPresent();
        boolean writable = pages.at(target).filter(m -> m.access().writable()).isPresent();
        say("copy 0x%x to 0x%x".formatted(source, target));
        EduPort edu = new EduPort(device);
        fill(source);
        byte[] wanted = page(source);
        edu.load(source);
        assertEquals(!readable, faulted(source, false), () -> "fault of reading " + show(source));
        byte[] before = page(target);
        edu.store(target);
        assertEquals(!writable, faulted(target, true), () -> "fault of writing " + show(target));
        byte[] after = page(target);
        if (!writable) {
            assertArrayEquals(before, after, () -> "what is not mapped: " + show(target));
        } else if (readable) {
            assertArrayEquals(wanted, after, () -> "what was copied to " + show(target));
        }
    }

    private String show(long iova) {
        Optional<Mapping> mapping = pages.at(iova);
        return "0x%x, %s".formatted(iova, mapping);
    }

    private boolean faulted(long iova, boolean write) {
        List<DmaFault> faults = newFaults();
        assertTrue(
                faults.stream().allMatch(f -> f.iova() == iova && f.write() == write),
                faults::toString);
        return !faults.isEmpty();
    }

    /** The device's faults since this was asked last. */
    private List<DmaFault> newFaults() {
        String name = DEVICES.get(number).name();
        List<DmaFault> all =
                world.kernel().faults().stream().filter(f -> f.device().equals(name)).toList();
        List<DmaFault> fresh = all.subList(seenFaults, all.size());
        seenFaults = all.size();
        return fresh;
    }

    private void fill(long iova) {
        byte[] bytes = new byte[PAGE];
        random.nextBytes(bytes);
        memory.window(0).put((int) (iova - slots.first()), bytes);
    }

    private byte[] page(long iova) {
        byte[] bytes = new byte[PAGE];
        memory.window(0).get((int) (iova - slots.first()), bytes);
        return bytes;
    }
}
