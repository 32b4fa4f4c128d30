// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping;

/** A BAR that was given to the devices of an address space, for whoever asked for it. */
final class LockedPeer implements PeerMapping {
    private final IommuAddressSpace space;
    private final Peer peer;
    private boolean closed;

    LockedPeer(IommuAddressSpace space, Peer peer) {
        this.space = space;
        this.peer = peer;
    }

    @Override
    public IovaRange range() {
        return peer.range();
    }

    @Override
    public State state() {
        return space.locked(() -> open().state());
    }

    @Override
    public String reason() {
        return space.locked(() -> open().reason());
    }

    @Override
    public List<Part> parts() {
        return space.locked(() -> List.copyOf(open().parts().values()));
    }

    private Peer open() {
        if (closed) {
            throw new IllegalStateException(this + ": closed");
        }
        return peer;
    }

    @Override
    public void close() {
        space.locked(
                () -> {
                    if (!closed) {
                        space.pages().unmapPeer(peer);
                        closed = true;
                    }
                });
    }

    @Override
    public String toString() {
        return peer.range() + " to " + peer.memory().name();
    }
}
