// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jvfio.BrokerAnswer;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.uapi.PeerCredentials;
import org.jvfio.spi.Teardown;

/**
 * A broker at a Unix socket: one thread waits for all that are connected at once, so that who says
 * nothing holds up nobody.
 */
final class UnixBroker implements DescriptorBroker {
    private static final String IOMMU_PATH = "/dev/iommu";
    private static final int MOST_PEERS = 32;
    private static final int WAKE = 0;
    private static final int LISTEN = 1;
    private static final int FIRST_PEER = 2;

    private final Kernel kernel;
    private final BrokerOptions options;
    private final Map<String, Supplier<DeviceNode>> devices;
    private final ListeningSocket socket;
    private final EventFd wake;
    private final int own;
    private final PollTable table = new PollTable(FIRST_PEER + MOST_PEERS);
    private final List<BrokerConnection> peers = new ArrayList<>();
    private boolean serving;
    private boolean closing;
    private boolean closed;

    private UnixBroker(
            Kernel kernel,
            BrokerOptions options,
            Map<String, Supplier<DeviceNode>> devices,
            ListeningSocket socket,
            EventFd wake,
            int own) {
        this.kernel = kernel;
        this.options = options;
        this.devices = devices;
        this.socket = socket;
        this.wake = wake;
        this.own = own;
    }

    static UnixBroker listen(
            Kernel kernel, BrokerOptions options, Map<String, Supplier<DeviceNode>> devices) {
        ListeningSocket socket =
                ListeningSocket.listen(
                        kernel,
                        options.socket(),
                        options.mode(),
                        options.owner().orElse(-1),
                        options.group().orElse(-1));
        try {
            int own = socket.self().uid();
            return new UnixBroker(kernel, options, devices, socket, EventFd.create(kernel), own);
        } catch (KernelException refused) {
            throw Teardown.after(refused.about(options.socket()), socket::close);
        }
    }

    @Override
    public String socket() {
        return options.socket();
    }

    @Override
    public void serve(Consumer<BrokerAnswer> told) {
        if (!begin()) {
            return;
        }
        try {
            while (!isClosing()) {
                serveOnce(told);
            }
        } finally {
            end();
        }
    }

    private synchronized boolean begin() {
        if (serving) {
            throw new IllegalStateException(socket() + ": another thread serves");
        }
        serving = !closing;
        return serving;
    }

    private synchronized void end() {
        serving = false;
        notifyAll();
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void serveOnce(Consumer<BrokerAnswer> told) {
        table.watch(WAKE, wake.fd());
        table.watch(LISTEN, socket.fd());
        for (int i = 0; i < MOST_PEERS; i++) {
            if (i < peers.size()) {
                table.watch(FIRST_PEER + i, peers.get(i).fd());
            } else {
                table.ignore(FIRST_PEER + i);
            }
        }
        try {
            KernelFile.check("poll", table.await(kernel));
            servePeers();
            if (table.found(LISTEN) != 0) {
                accept(told);
            }
        } catch (KernelException refused) {
            throw refused.about(socket());
        }
    }

    private void servePeers() {
        List<BrokerConnection> gone = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            BrokerConnection peer = peers.get(i);
            if (table.found(FIRST_PEER + i) != 0 && !peer.serve(this::open)) {
                gone.add(peer);
            }
        }
        gone.forEach(this::hangUp);
    }

    private void hangUp(BrokerConnection peer) {
        peers.remove(peer);
        peer.close();
    }

    private void accept(Consumer<BrokerAnswer> told) throws KernelException {
        // Who has been there longest gives way: nobody can keep others out by staying.
        if (peers.size() == MOST_PEERS) {
            hangUp(peers.get(0));
        }
        DescriptorSocket accepted = socket.accept();
        try {
            PeerCredentials who = accepted.peer();
            BrokerConnection peer = new BrokerConnection(accepted, who, told);
            if (isAllowed(who)) {
                peers.add(peer);
            } else {
                peer.refuse("", refusalOf(who));
                peer.close();
            }
        } catch (KernelException refused) {
            throw Teardown.after(refused, accepted::close);
        }
    }

    private boolean isAllowed(PeerCredentials who) {
        return who.uid() == own
                || options.peerUsers().contains(who.uid())
                || options.peerGroups().contains(who.gid());
    }

    private static String refusalOf(PeerCredentials who) {
        return "user %d, group %d: this broker serves neither; start it with that user or group"
                .formatted(who.uid(), who.gid());
    }

    private KernelFile open(String request) {
        if (request.equals(IOMMU)) {
            try {
                return IommuFd.open(kernel, IOMMU_PATH);
            } catch (KernelException refused) {
                throw refused.about(IOMMU_PATH);
            }
        }
        Supplier<DeviceNode> device = devices.get(request);
        if (device == null) {
            throw new VfioException(
                    request,
                    "ask the broker",
                    "it hands out %s and %s; start it with this device allowed"
                            .formatted(IOMMU, new TreeSet<>(devices.keySet())));
        }
        DeviceNode node = device.get();
        if (node.cdev().isEmpty()) {
            throw new VfioException(
                    node.name(),
                    "open",
                    "it has no character device; is it bound to its vfio driver?");
        }
        return CharacterDevice.open(kernel, node);
    }

    @Override
    public void close() {
        if (!stop()) {
            return;
        }
        Teardown teardown = new Teardown();
        List.copyOf(peers).forEach(peer -> teardown.step(() -> hangUp(peer)));
        teardown.step(socket::close);
        teardown.step(wake::close);
        teardown.finish();
    }

    /** Has the serving thread end, and waits for that; says whether everything is to be closed. */
    private synchronized boolean stop() {
        if (!closing) {
            closing = true;
            wake.signal();
        }
        boolean interrupted = false;
        while (serving) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        boolean first = !closed;
        closed = true;
        return first;
    }
}
