// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much is mapped in an address space, and how much more can be.
 *
 * @param mappings how many mappings there are
 * @param mappingsLeft how many more the kernel takes, where it says so (type1 does, iommufd has no
 *     such limit)
 * @param pinnedBytes what this process has pinned for devices, in all its address spaces, through
 *     the backends that are in use here
 * @param pinnableBytes how many bytes more it may pin, as far as it can see; empty if there is no
 *     limit
 */
public record DmaLimits(
        int mappings, OptionalInt mappingsLeft, long pinnedBytes, OptionalLong pinnableBytes) {
    /** How many mappings the kernel takes altogether, where it says so. */
    public OptionalInt total() {
        return mappingsLeft.isPresent()
                ? OptionalInt.of(mappings + mappingsLeft.getAsInt())
                : OptionalInt.empty();
    }
}
