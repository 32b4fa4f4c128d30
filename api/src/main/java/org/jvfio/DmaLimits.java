// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.OptionalInt;

/**
 * How much more can be mapped in an address space.
 *
 * @param mappings how many mappings there are
 * @param mappingsLeft how many more the kernel takes, where it says so (type1 does, iommufd has no
 *     such limit)
 */
public record DmaLimits(int mappings, OptionalInt mappingsLeft) {
    /** How many mappings the kernel takes altogether, where it says so. */
    public OptionalInt total() {
        return mappingsLeft.isPresent()
                ? OptionalInt.of(mappings + mappingsLeft.getAsInt())
                : OptionalInt.empty();
    }
}
