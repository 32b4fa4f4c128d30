// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jvfio.DmaLimits;
import org.jvfio.PinnedMemory;
import org.jvfio.spi.Backend;

/**
 * What is pinned through the backends of some containers, each of which counts apart.
 *
 * @param bytes through all of them
 * @param left the least that one of them leaves; empty if none has a limit
 */
record DmaAccounts(long bytes, OptionalLong left) {
    static DmaAccounts of(List<Container> containers) {
        Set<Backend> backends = new LinkedHashSet<>();
        containers.forEach(container -> backends.add(container.backend()));
        long bytes = 0;
        OptionalLong least = OptionalLong.empty();
        for (Backend backend : backends) {
            PinnedMemory pinned = backend.pinnedMemory();
            bytes += pinned.bytes();
            OptionalLong left = pinned.left();
            if (least.isEmpty() || (left.isPresent() && left.getAsLong() < least.getAsLong())) {
                least = left;
            }
        }
        return new DmaAccounts(bytes, least);
    }

    DmaLimits limits(int mappings, OptionalInt mappingsLeft) {
        return new DmaLimits(mappings, mappingsLeft, bytes, left);
    }
}
