// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import java.util.Optional;

/**
 * Where an embedder tells an address space what its guest's memory map looks like.
 *
 * <pre>{@code
 * MemoryListener listener = space.memoryListener();
 * listener.begin();
 * listener.regionAdded(MemorySection.of(0, RamRegion.of("ram", vaddr, size)));
 * listener.commit();
 * }</pre>
 *
 * <p>Devices reach the RAM of the map as {@link #commit} found it, whichever devices come and go.
 * What a commit leaves as it was stays reachable all the time, and costs no request of the kernel:
 * neighbours of one region that come in one commit are one mapping, a section that goes and comes
 * back in one commit stays, and only mappings that must change are taken away. Of a mapping that
 * must change in part, the rest is out of reach for a moment, because kernels do not split
 * mappings; memory that will leave by itself (a DIMM) is therefore best a region of its own.
 *
 * <p><b>What is not mapped.</b> {@link OtherRegion}s; addresses from 2^63 on, where a BAR seems to
 * be while the guest measures it; what is not a whole page; a section whose place within a page
 * differs from its memory's; and BARs that the hardware does not let other devices reach. {@link
 * #states} says it of each.
 *
 * <p><b>Failure.</b> What the kernel refuses in a commit goes to the handler of {@link #onFailure}:
 * the rest of the map is as it should be, and the process goes on. A device that is attached while
 * the map cannot be mapped for it is refused by {@link AddressSpace#attach}.
 *
 * <p><b>Threads.</b> Safe for use by several threads; a batch belongs to whoever began it, so the
 * embedder makes one at a time. <b>Lifetime.</b> The address space's; {@link IllegalStateException}
 * after it is closed.
 */
public interface MemoryListener {
    /** Begins a batch; batches may be nested, and the outermost counts. */
    void begin();

    /**
     * Adds a section.
     *
     * @throws IllegalArgumentException if it overlaps a section that is there
     * @throws IllegalStateException outside a batch
     */
    void regionAdded(MemorySection section);

    /**
     * Removes a section.
     *
     * @throws IllegalArgumentException if there is no such section; the message names what is there
     * @throws IllegalStateException outside a batch
     */
    void regionRemoved(MemorySection section);

    /**
     * Ends a batch; the outermost makes devices reach what the map says, and nothing else of it.
     *
     * <p>One that changes nothing makes no request of the kernel.
     *
     * @throws IllegalStateException outside a batch
     */
    void commit();

    /**
     * Hands what is refused from now on to {@code handler}, after the commit in which it happened
     * and on its thread. Without one it is logged as a warning.
     */
    void onFailure(MemoryFailureHandler handler);

    /** The sections, lowest address first. */
    List<MemorySection> sections();

    /** The section that holds {@code address}, if there is one. */
    Optional<MemorySection> sectionAt(long address);

    /** What became of each section, lowest address first. */
    List<SectionState> states();

    /**
     * What became of a section.
     *
     * @param section the section
     * @param outcome in a word
     * @param reason why, unless it is mapped
     */
    record SectionState(MemorySection section, Outcome outcome, String reason) {}

    /** What can become of a section. */
    enum Outcome {
        /** Devices reach it, or will when they come. */
        MAPPED,
        /** It is not for devices. */
        SKIPPED,
        /** It is a BAR of a device that others do not reach, or not at present. */
        UNREACHABLE,
        /** The kernel refused it. */
        FAILED
    }
}
