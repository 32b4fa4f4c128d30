// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.BarRegion;
import org.jvfio.IovaRange;
import org.jvfio.MemoryListener.Outcome;
import org.jvfio.MemoryListener.SectionState;
import org.jvfio.MemorySection;
import org.jvfio.PeerMapping;
import org.jvfio.VfioException;
import org.jvfio.spi.PeerRegion;

/**
 * The BARs in a guest's memory map.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class GuestBars {
    private final Map<MemorySection, Peer> peers = new HashMap<>();

    /**
     * Lets devices reach a BAR; that they do not is no failure, but a BAR of a closed device is.
     */
    void add(PageTables pages, MemorySection section, SectionFailures failures) {
        BarRegion bar = (BarRegion) section.region();
        if (whySkipped(section, pages.pageSize()).isPresent()) {
            return;
        }
        PeerRegion region = (PeerRegion) bar.region();
        try {
            peers.put(
                    section,
                    pages.mapPeer(section.range(), region, section.offset(), Access.READ_WRITE));
        } catch (IllegalArgumentException | IllegalStateException impossible) {
            failures.add(
                    section,
                    new VfioException(
                            section.toString(),
                            "map BAR",
                            String.valueOf(impossible.getMessage()),
                            impossible));
        }
    }

    /** Takes a BAR away; if the kernel refuses, that is a failure. */
    void remove(PageTables pages, MemorySection section, SectionFailures failures) {
        Peer peer = peers.remove(section);
        if (peer != null) {
            try {
                pages.unmapPeer(peer);
            } catch (VfioException refused) {
                failures.add(section, refused);
            }
        }
    }

    /** A section with a BAR in {@code range}. */
    @Nullable MemorySection overlapping(IovaRange range) {
        return peers.keySet().stream()
                .filter(section -> section.range().overlaps(range))
                .findFirst()
                .orElse(null);
    }

    /** How it stands with a BAR that was not refused outright. */
    SectionState state(MemorySection section) {
        Peer peer = peers.get(section);
        if (peer == null || peer.state() == PeerMapping.State.MAPPED) {
            return new SectionState(section, Outcome.MAPPED, "");
        }
        return new SectionState(section, Outcome.UNREACHABLE, peer.reason());
    }

    /** Why a BAR is not for devices where it stands, in words. */
    static Optional<String> whySkipped(MemorySection section, long pageSize) {
        if (section.range().first() < 0) {
            return Optional.of(SectionMap.MEASURED);
        }
        long parts = section.range().first() | section.range().length() | section.offset();
        return (parts & pageSize - 1) == 0
                ? Optional.empty()
                : Optional.of("a BAR that is not whole pages of 0x%x".formatted(pageSize));
    }
}
