// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;

/** What two devices do together: in one address space, and each in its own. */
final class PairJob {
    private static final int BYTES = EduDevice.BUFFER_BYTES;

    private final Vfio vfio;
    private final Member first;
    private final Member second;
    private final Steps steps;

    PairJob(Vfio vfio, Member first, Member second, Steps steps) {
        this.vfio = vfio;
        this.first = first;
        this.second = second;
        this.steps = steps;
    }

    /** Puts both into one address space, where one must read what the other wrote. */
    void shareAddressSpace(String name) {
        steps.only(name, this::throughOneBuffer);
    }

    /** Puts each into its own, where the same address must mean different memory. */
    void separateAddressSpaces(String name) {
        steps.only(name, this::throughTwoBuffers);
    }

    private String throughOneBuffer() {
        try (AddressSpace space = vfio.newAddressSpace();
                EduDevice writer = first.open(space);
                EduDevice reader = second.open(space)) {
            DmaBuffer shared = space.allocate(BYTES, EduDevice.REACH);
            DmaBuffer result = space.allocate(BYTES, EduDevice.REACH);
            Pattern pattern = new Pattern(3);
            pattern.fill(shared);
            writer.copyIn(shared.iova(), BYTES);
            new Pattern(4).fill(shared);
            writer.copyOut(shared.iova(), BYTES);
            reader.copyIn(shared.iova(), BYTES);
            reader.copyOut(result.iova(), BYTES);
            pattern.check(result, "what " + first + " wrote is not what " + second + " read");
            return "%s wrote at IOVA 0x%x what %s read there"
                    .formatted(first, shared.iova(), second);
        }
    }

    private String throughTwoBuffers() {
        try (AddressSpace firstSpace = vfio.newAddressSpace();
                AddressSpace secondSpace = vfio.newAddressSpace();
                EduDevice one = first.open(firstSpace);
                EduDevice other = second.open(secondSpace)) {
            DmaBuffer mine = firstSpace.allocate(BYTES, EduDevice.REACH);
            DmaBuffer theirs = secondSpace.allocate(BYTES, mine.range());
            Pattern pattern = new Pattern(5);
            Pattern otherPattern = new Pattern(6);
            pattern.fill(mine);
            otherPattern.fill(theirs);
            one.copyIn(mine.iova(), BYTES);
            other.copyIn(theirs.iova(), BYTES);
            new Pattern(7).fill(mine);
            new Pattern(7).fill(theirs);
            one.copyOut(mine.iova(), BYTES);
            other.copyOut(theirs.iova(), BYTES);
            pattern.check(mine, first + " did not get its own bytes");
            otherPattern.check(theirs, second + " did not get its own bytes");
            return "IOVA 0x%x is other memory for %s than for %s"
                    .formatted(mine.iova(), first, second);
        }
    }

    /** A device of the pair, and how it is attached. */
    record Member(PciAddress address, String backend) {
        EduDevice open(AddressSpace space) {
            return EduDevice.open(space, address, AttachOptions.defaults().backend(backend));
        }

        @Override
        public String toString() {
            return address.name();
        }
    }
}
