// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.VfioException;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.PeerRegion;

/** A BAR whose device comes and goes as a test says. */
final class FakeBar implements PeerRegion {
    final List<FakePeer> opened = new ArrayList<>();
    PeerMemory.Presence presence = PeerMemory.Presence.HERE;
    int revocations;
    boolean exports = true;

    @Override
    public PeerMemory openForPeers(long offset, long length, Runnable changed) {
        FakePeer peer = new FakePeer(offset, changed);
        opened.add(peer);
        return peer;
    }

    /** The device does something that makes it answer, or no longer. */
    void becomes(PeerMemory.Presence next) {
        presence = next;
        revocations += next == PeerMemory.Presence.HERE ? 0 : 1;
        List.copyOf(opened).forEach(peer -> peer.changed.run());
    }

    /** What was opened and not closed. */
    final class FakePeer implements PeerMemory {
        private final long offset;
        private final Runnable changed;

        FakePeer(long offset, Runnable changed) {
            this.offset = offset;
            this.changed = changed;
        }

        @Override
        public String device() {
            return "fake device";
        }

        @Override
        public String name() {
            return "fake BAR";
        }

        @Override
        public Presence presence() {
            return presence;
        }

        @Override
        public int revocations() {
            return revocations;
        }

        @Override
        public long address() {
            return 0x70000 + offset;
        }

        @Override
        public int descriptor() {
            if (!exports) {
                throw new VfioException("fake BAR", "export", "told to refuse");
            }
            return 9;
        }

        @Override
        public void close() {
            opened.remove(this);
        }
    }
}
