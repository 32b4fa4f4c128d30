// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping.Part;
import org.jvfio.PeerMapping.State;
import org.jvfio.VfioException;
import org.jvfio.spi.FileMapping;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.PeerRegion;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/**
 * The BARs that the devices of an address space are given, in each of its containers.
 *
 * <p>A container that refuses one is no obstacle to anything else: that is noted, and told to the
 * log once for each device and kind of refusal. What is taken away stays noted, and is offered
 * again when its device is back.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it. What devices say of themselves
 * comes in at any time, and takes that lock first.
 */
final class PeerMappings {
    private static final String AWAY =
            "the device does not answer at present: it is being reset, decodes no memory, or is in"
                    + " D3";

    private final List<Container> containers;
    private final Consumer<Runnable> locked;
    private final System.Logger log;
    private final List<Peer> peers = new ArrayList<>();
    private final Set<String> told = new HashSet<>();

    /**
     * No BARs yet.
     *
     * @param containers those of the address space, which change as devices come and go
     * @param locked runs something with the address space's lock
     * @param log is told of refusals
     */
    PeerMappings(List<Container> containers, Consumer<Runnable> locked, System.Logger log) {
        this.containers = containers;
        this.locked = locked;
        this.log = log;
    }

    /** What a device says: it changes what is mapped of it, once that is known. */
    private final class Watcher implements Runnable {
        private @Nullable Peer peer;

        @Override
        public void run() {
            locked.accept(
                    () -> {
                        if (peer != null) {
                            changed(peer);
                        }
                    });
        }
    }

    /** Offers a part of a BAR, at a range that is free, to all containers. */
    Peer map(IovaRange range, PeerRegion region, long offset, Access access) {
        Watcher watcher = new Watcher();
        PeerMemory memory = region.openForPeers(offset, range.length(), watcher);
        Peer peer = new Peer(range, access, memory);
        watcher.peer = peer;
        peers.add(peer);
        offer(peer);
        return peer;
    }

    /** Whether {@code range} holds nothing of a BAR. */
    boolean isFree(IovaRange range) {
        return overlapping(range) == null;
    }

    /** One that reaches into {@code range}. */
    @Nullable IovaRange overlapping(IovaRange range) {
        for (int i = 0; i < peers.size(); i++) {
            if (peers.get(i).range().overlaps(range)) {
                return peers.get(i).range();
            }
        }
        return null;
    }

    /** One that lies partly in {@code range} and partly outside. */
    @Nullable IovaRange straddling(IovaRange range) {
        for (Peer peer : peers) {
            if (peer.range().overlaps(range) && !range.contains(peer.range())) {
                return peer.range();
            }
        }
        return null;
    }

    /** A container has come. */
    void joined(Container container) {
        for (Peer peer : peers) {
            if (peer.memory().presence() == PeerMemory.Presence.HERE) {
                peer.parts().put(container, tried(container, peer));
            } else {
                String name = container.tables().name();
                peer.parts().put(container, new Part(name, State.REVOKED, peer.reason()));
            }
        }
    }

    /** A container has gone, with its page tables. */
    void left(Container container) {
        peers.forEach(peer -> peer.parts().remove(container));
    }

    /** Something other than this took what is in {@code range} out of a container: puts it back. */
    void restore(Container container, IovaRange range) {
        for (Peer peer : peers) {
            if (range.contains(peer.range()) && peer.mappedIn().contains(container)) {
                peer.parts().put(container, tried(container, peer));
            }
        }
    }

    /** What is in {@code range} was taken out of all containers, for good. */
    void unmapped(IovaRange range) {
        Teardown teardown = new Teardown();
        for (Peer peer : List.copyOf(peers)) {
            if (range.contains(peer.range())) {
                peer.absent("unmapped");
                teardown.step(() -> forget(peer));
            }
        }
        teardown.finish();
    }

    /** Takes a BAR out of all containers, for good; if one refuses, nothing has changed. */
    void close(Peer peer) {
        withdraw(peer, "closed");
        forget(peer);
    }

    /** Forgets everything; no container is left. */
    void clear() {
        unmapped(IovaRange.ALL);
    }

    private void forget(Peer peer) {
        peers.remove(peer);
        if (!peer.hasEnded()) {
            peer.end();
            peer.memory().close();
        }
    }

    private void changed(Peer peer) {
        if (peer.hasEnded()) {
            return;
        }
        switch (peer.memory().presence()) {
            case HERE -> {
                if (peer.isStale()) {
                    withdraw(peer, AWAY);
                    offer(peer);
                }
            }
            case AWAY -> withdraw(peer, AWAY);
            case GONE -> end(peer);
        }
    }

    /** The device is about to be closed: whatever fails, nothing may reach it afterwards. */
    private void end(Peer peer) {
        Teardown teardown = new Teardown();
        // Twice: there is no later occasion to ask one that refuses.
        List<Container> left = unmap(peer, unmap(peer, peer.mappedIn(), teardown), teardown);
        peer.absent(peer.memory().device() + " is closed");
        for (Container container : left) {
            String name = container.tables().name();
            peer.parts().put(container, new Part(name, State.MAPPED, "it could not be unmapped"));
        }
        peer.end();
        teardown.step(peer.memory()::close);
        if (left.isEmpty()) {
            peers.remove(peer);
        }
        teardown.finish();
    }

    /** Takes a BAR out of some containers; answers those that refuse. */
    private static List<Container> unmap(Peer peer, List<Container> from, Teardown teardown) {
        List<Container> refusing = new ArrayList<>(from);
        for (Container container : from) {
            teardown.step(
                    () -> {
                        container.tables().unmap(peer.range());
                        refusing.remove(container);
                    });
        }
        return refusing;
    }

    /** Takes a BAR out of all containers; if one refuses, it is put back into the others. */
    private void withdraw(Peer peer, String why) {
        List<Container> mapped = peer.mappedIn();
        for (int i = 0; i < mapped.size(); i++) {
            try {
                mapped.get(i).tables().unmap(peer.range());
            } catch (VfioException refused) {
                for (Container earlier : mapped.subList(0, i)) {
                    peer.parts().put(earlier, tried(earlier, peer));
                }
                throw refused;
            }
        }
        peer.absent(why);
    }

    /** Offers a BAR that is mapped nowhere to all containers, if its device answers. */
    private void offer(Peer peer) {
        int revocations = peer.memory().revocations();
        if (peer.memory().presence() != PeerMemory.Presence.HERE) {
            peer.absent(AWAY);
            return;
        }
        peer.offered(revocations);
        for (Container container : containers) {
            peer.parts().put(container, tried(container, peer));
        }
    }

    /** Maps a BAR in one container; what came of it. */
    private Part tried(Container container, Peer peer) {
        VFIOIOMMUOps tables = container.tables();
        try {
            check(tables, peer.range());
            map(tables, peer);
            return new Part(tables.name(), State.MAPPED, "");
        } catch (VfioException refused) {
            tell(peer, refused);
            String reason = String.valueOf(refused.getMessage());
            return new Part(tables.name(), State.REFUSED, reason);
        }
    }

    private static void check(VFIOIOMMUOps tables, IovaRange range) {
        List<IovaRange> apertures = tables.apertures();
        if (!Apertures.contain(apertures, range)) {
            throw new VfioException(
                    range + " on " + tables.name(),
                    "map BAR",
                    "the IOMMU does not translate that, only " + apertures);
        }
        long page = Long.lowestOneBit(tables.pageSizes());
        if (((range.first() | range.length()) & page - 1) != 0) {
            throw new VfioException(
                    range + " on " + tables.name(),
                    "map BAR",
                    "not whole pages of the IOMMU, which have 0x%x bytes".formatted(page));
        }
    }

    private static void map(VFIOIOMMUOps tables, Peer peer) {
        Optional<FileMapping> files = tables.fileMapping();
        PeerMemory memory = peer.memory();
        if (files.isPresent()) {
            files.get().map(peer.range(), memory.descriptor(), 0, peer.access());
        } else {
            tables.map(peer.range(), memory.address(), peer.access());
        }
    }

    private void tell(Peer peer, VfioException refused) {
        String device = peer.memory().device();
        if (told.add(device + " " + refused.request() + " " + refused.errno())) {
            log.log(
                    Level.WARNING,
                    "other devices cannot reach {0}, and go on without: {1}",
                    peer.memory().name(),
                    refused.getMessage());
        }
    }
}
