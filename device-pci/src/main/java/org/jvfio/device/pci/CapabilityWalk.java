// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jvfio.device.PciCapability;
import org.jvfio.device.Registers;

/**
 * Follows the capability chains of a configuration space.
 *
 * <p>Whatever is in there, it ends: each link is followed once, and a chain stops at a link that
 * cannot be one or lies beyond what the kernel shows, and at all-ones, which is what a device that
 * is gone reads as. A capability with the ID 0 is a gap, left out and stepped over; the kernel
 * hides capabilities that way.
 *
 * <p>Source: {@code linux/pci_regs.h}.
 */
final class CapabilityWalk {
    static final int STANDARD_SIZE = 0x100;

    private static final int STATUS = 0x06;
    private static final int STATUS_CAPABILITIES = 0x10;
    private static final int FIRST_LINK = 0x34;
    private static final int HEADER_END = 0x40;
    private static final int LINK_MASK = 0xfc;
    private static final int EXTENDED_LINK_MASK = 0xffc;
    private static final int ALL_ONES_ID = 0xff;

    private final Registers config;
    private final List<PciCapability> found = new ArrayList<>();

    private CapabilityWalk(Registers config) {
        this.config = config;
    }

    /** The capabilities of {@code config}, standard ones first. */
    static List<PciCapability> of(Registers config) {
        CapabilityWalk walk = new CapabilityWalk(config);
        if (config.size() >= HEADER_END) {
            walk.standard();
        }
        if (config.size() > STANDARD_SIZE) {
            walk.extended();
        }
        return List.copyOf(walk.found);
    }

    /** The first standard capability with an ID. */
    static Optional<PciCapability> standard(List<PciCapability> capabilities, int id) {
        return capabilities.stream().filter(c -> !c.extended() && c.id() == id).findFirst();
    }

    private void standard() {
        short status = config.getShort(STATUS);
        if ((status & STATUS_CAPABILITIES) == 0 || status == -1) {
            return;
        }
        BitSet seen = new BitSet(STANDARD_SIZE);
        int offset = config.getByte(FIRST_LINK) & LINK_MASK;
        while (offset >= HEADER_END && offset <= config.size() - Short.BYTES && !seen.get(offset)) {
            seen.set(offset);
            int header = Short.toUnsignedInt(config.getShort(offset));
            int id = header & 0xff;
            if (id == ALL_ONES_ID) {
                return;
            }
            if (id != 0) {
                found.add(new PciCapability(id, 0, offset, false));
            }
            offset = header >>> 8 & LINK_MASK;
        }
    }

    private void extended() {
        BitSet seen = new BitSet(EXTENDED_LINK_MASK);
        int offset = STANDARD_SIZE;
        while (offset >= STANDARD_SIZE
                && offset <= config.size() - Integer.BYTES
                && !seen.get(offset)) {
            seen.set(offset);
            int header = config.getInt(offset);
            if (header == -1) {
                return;
            }
            int id = header & 0xffff;
            if (id != 0) {
                found.add(new PciCapability(id, header >>> 16 & 0xf, offset, true));
            }
            offset = header >>> 20 & EXTENDED_LINK_MASK;
        }
    }
}
