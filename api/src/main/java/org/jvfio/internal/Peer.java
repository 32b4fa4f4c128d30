// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping.Part;
import org.jvfio.PeerMapping.State;
import org.jvfio.spi.PeerMemory;

/**
 * A part of a BAR that is given to the devices of an address space, and how that is with each
 * container.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class Peer {
    private final IovaRange range;
    private final Access access;
    private final PeerMemory memory;
    private final Map<Container, Part> parts = new LinkedHashMap<>();
    private int revocations;
    private String absence = "";
    private boolean ended;

    Peer(IovaRange range, Access access, PeerMemory memory) {
        this.range = range;
        this.access = access;
        this.memory = memory;
    }

    IovaRange range() {
        return range;
    }

    Access access() {
        return access;
    }

    PeerMemory memory() {
        return memory;
    }

    /** The containers that it was offered to, and what came of it. */
    Map<Container, Part> parts() {
        return parts;
    }

    /** The containers that have it in their page tables. */
    List<Container> mappedIn() {
        return parts.entrySet().stream()
                .filter(part -> part.getValue().state() == State.MAPPED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Says that it was offered to containers while the memory had stopped answering so often. */
    void offered(int stops) {
        revocations = stops;
        absence = "";
    }

    /** Whether what is mapped of it has been taken back since it was offered. */
    boolean isStale() {
        return !absence.isEmpty() || revocations != memory.revocations();
    }

    /** Says that it is nowhere, or on its way out. */
    void absent(String why) {
        absence = why;
        parts.replaceAll((container, part) -> new Part(part.pageTables(), State.REVOKED, why));
    }

    /** Says that it will not be offered again. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    State state() {
        if (!absence.isEmpty()) {
            return State.REVOKED;
        }
        boolean refused = parts.values().stream().anyMatch(part -> part.state() == State.REFUSED);
        return refused ? State.REFUSED : State.MAPPED;
    }

    String reason() {
        return absence.isEmpty()
                ? parts.values().stream()
                        .map(Part::reason)
                        .filter(reason -> !reason.isEmpty())
                        .distinct()
                        .collect(Collectors.joining("; "))
                : absence;
    }
}
