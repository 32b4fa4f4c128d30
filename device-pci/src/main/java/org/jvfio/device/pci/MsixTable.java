// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.util.List;
import java.util.Optional;
import org.jvfio.VfioException;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.Region.Area;

/**
 * Where a function keeps its MSI-X table.
 *
 * <pre>
 *   offset  size  field of the capability
 *        2     2  message control  entries - 1 in the low 11 bits
 *        4     4  table            BAR in the low 3 bits, offset in the others
 * </pre>
 *
 * @param bar 0 to 5
 * @param area the table within the BAR
 */
record MsixTable(int bar, Area area) {
    private static final int CAPABILITY = 0x11;
    private static final int CAPABILITY_SIZE = 12;
    private static final int CONTROL_AT = 2;
    private static final int TABLE_AT = 4;
    private static final int ENTRIES_MASK = 0x7ff;
    private static final int BAR_MASK = 7;
    private static final int LAST_BAR = 5;
    private static final int ENTRY_SIZE = 16;

    /**
     * Reads it from the capability; empty if there is none.
     *
     * @param device the device's name, for the message
     * @throws VfioException if the capability names a BAR that cannot be
     */
    static Optional<MsixTable> of(String device, PciConfig config) {
        return of(device, config, config.capabilities());
    }

    /** The same, of a function whose capabilities have been read. */
    static Optional<MsixTable> of(
            String device, PciConfig config, List<PciCapability> capabilities) {
        return CapabilityWalk.standard(capabilities, CAPABILITY)
                .map(capability -> read(device, config, capability));
    }

    private static MsixTable read(String device, PciConfig config, PciCapability capability) {
        int at = capability.offset();
        if (at > Math.min(config.size(), CapabilityWalk.STANDARD_SIZE) - CAPABILITY_SIZE) {
            throw refuse(device, at, "it does not fit into configuration space");
        }
        int entries = (config.getShort(at + CONTROL_AT) & ENTRIES_MASK) + 1;
        int table = config.getInt(at + TABLE_AT);
        int bar = table & BAR_MASK;
        if (bar > LAST_BAR) {
            throw refuse(device, at, "its table is in BAR " + bar + ", and BARs are 0 to 5");
        }
        long offset = Integer.toUnsignedLong(table & ~BAR_MASK);
        return new MsixTable(bar, new Area(offset, (long) entries * ENTRY_SIZE));
    }

    /**
     * Refuses a table that is not within its BAR, if the BAR is there.
     *
     * @throws VfioException if it is not
     */
    void checkWithin(String device, long barSize) {
        if (barSize > 0 && area.offset() > barSize - area.size()) {
            throw new VfioException(
                    device,
                    "MSI-X capability",
                    "its table, 0x%x bytes at 0x%x, is not within the 0x%x bytes of BAR %d"
                            .formatted(area.size(), area.offset(), barSize, bar));
        }
    }

    private static VfioException refuse(String device, int at, String answer) {
        return new VfioException(
                device, "MSI-X capability at 0x" + Integer.toHexString(at), answer);
    }
}
