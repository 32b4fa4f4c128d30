// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jvfio.AddressSpace;
import org.jvfio.Mapping;
import org.jvfio.Vfio;
import org.jvfio.device.VfioDevice;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;

/**
 * An address space that several threads change at random, each in a part of its own, so that each
 * knows what must become of its requests; what concerns all parts is done by one alone.
 */
final class RandomSpace implements AutoCloseable {
    static final int PAGE = 4096;
    static final int PAGES = 16;

    private final SimKernel kernel = SimHostProvider.machine().build();
    private final Vfio vfio = Vfio.on(kernel.host());
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final List<RandomPart> parts = new ArrayList<>();
    private AddressSpace space = vfio.newAddressSpace();

    RandomSpace(String backend, int threads, long seed) {
        for (int i = 0; i < threads; i++) {
            NativeMemory memory = vfio.host().allocate((long) PAGES * PAGE);
            parts.add(new RandomPart(this, i, backend, memory, seed));
        }
    }

    List<RandomPart> parts() {
        return parts;
    }

    SimKernel kernel() {
        return kernel;
    }

    /** The address space; with one of the locks held. */
    AddressSpace space() {
        return space;
    }

    /** Runs a step that concerns one part, beside those of other parts. */
    void beside(Runnable step) {
        lock.readLock().lock();
        try {
            step.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Runs a step that concerns all parts, alone. */
    void alone(Runnable step) {
        lock.writeLock().lock();
        try {
            step.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Takes everything away at once. */
    void unmapAll() {
        long mapped = allMappings().stream().mapToLong(m -> m.range().length()).sum();
        assertEquals(mapped, space.unmapAll(), "bytes unmapped");
        parts.forEach(part -> part.pages().clear());
    }

    /** Closes the address space with all that is in it, and opens another. */
    void reopen() {
        space.close();
        parts.forEach(RandomPart::forget);
        assertEquals(List.of(), kernel.mappings(), "mappings after close");
        space = vfio.newAddressSpace();
    }

    private List<Mapping> allMappings() {
        return parts.stream()
                .flatMap(part -> part.pages().all().stream())
                .sorted(Comparator.comparing(m -> m.range().first(), Long::compareUnsigned))
                .toList();
    }

    /** Compares the model, the books of the address space, and the kernel's page tables. */
    void compare() {
        List<Mapping> model = allMappings();
        assertEquals(model, space.mappings(), "the address space's books");
        Set<String> backends = new TreeSet<>();
        space.devices().stream().map(VfioDevice::backend).forEach(backends::add);
        List<Mapping> expected = new ArrayList<>();
        Collections.nCopies(backends.size(), model).forEach(expected::addAll);
        List<Mapping> found = new ArrayList<>(kernel.mappings());
        Comparator<Mapping> order = Comparator.comparing(Mapping::toString);
        expected.sort(order);
        found.sort(order);
        assertEquals(expected, found, "the kernel's page tables, for " + backends);
        long bytes = found.stream().mapToLong(m -> m.range().length()).sum();
        assertEquals(bytes, kernel.pinnedBytes(), "bytes pinned");
    }

    @Override
    public void close() {
        vfio.close();
        parts.forEach(RandomPart::retire);
        kernel.assertNothingLeft();
        kernel.close();
    }
}
