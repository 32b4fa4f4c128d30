// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.OptionalLong;

/**
 * What a process has pinned for devices, as one kernel interface counts it, and how much it may.
 *
 * @param bytes what is pinned, each page as often as page tables have it
 * @param limit the most that may be; empty if there is no limit
 */
public record PinnedMemory(long bytes, OptionalLong limit) {
    /** How many bytes more may be pinned; empty if there is no limit. */
    public OptionalLong left() {
        return limit.isPresent()
                ? OptionalLong.of(Math.max(0, limit.getAsLong() - bytes))
                : OptionalLong.empty();
    }
}
