// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A PCI function that a hot reset takes down.
 *
 * @param address where it is
 * @param group its IOMMU group
 * @param holding how this session has it
 * @param obstacle why that stops the reset, in words that say what to do; empty if it does not
 */
public record HotResetFunction(
        PciAddress address, OptionalInt group, Holding holding, Optional<String> obstacle) {
    /** How a session has a function. */
    public enum Holding {
        /** It is attached. It is made quiet before the reset, and as it was after it. */
        OPEN,
        /**
         * It is not attached, but another function of its IOMMU group is, so nobody else has it.
         */
        BY_GROUP,
        /** It is somebody else's, or nobody's, or attached in a way that does not count here. */
        NOT_OURS
    }

    /** {@code "0000:02:00.1 (attached)"}. */
    @Override
    public String toString() {
        return address
                + switch (holding) {
                    case OPEN -> " (attached)";
                    case BY_GROUP -> " (ours by its group)";
                    case NOT_OURS -> " (not ours)";
                };
    }
}
