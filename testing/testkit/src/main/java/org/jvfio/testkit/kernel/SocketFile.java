// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/** A Unix socket: new, then with a name and listening, or connected to another. */
public final class SocketFile extends OpenFile {
    private static final int MOST_BYTES = 200_000;
    private static final int MSG_TRUNC = 0x20;
    private static final int POLLHUP = 0x10;
    private static final int POLLRDHUP = 0x2000;
    private static final int POLLRDNORM = 0x40;
    private static final Errno EISCONN = Errno.of(106);
    private static final Errno EPROTONOSUPPORT = Errno.of(94);

    /** Bytes that were sent at once, how many of them are read, and what came with them. */
    private static final class Sent {
        private final byte[] bytes;
        private final List<OpenFile> files;
        private int read;

        Sent(byte[] bytes, List<OpenFile> files) {
            this.bytes = bytes;
            this.files = files;
        }
    }

    private final Machine machine;
    private final boolean messages;
    private final Deque<Sent> inbox = new ArrayDeque<>();
    private final Deque<SocketFile> waiting = new ArrayDeque<>();
    private String name = "";
    private int backlog;
    private boolean listening;
    private boolean connected;
    private boolean reset;
    private @Nullable SocketFile peer;
    private Credentials peerIs = Credentials.NOBODY;

    SocketFile(Machine machine, int type) {
        boolean known = type == Fcntl.SOCK_STREAM || type == Fcntl.SOCK_SEQPACKET;
        Refused.when(!known, EPROTONOSUPPORT);
        this.machine = machine;
        this.messages = type == Fcntl.SOCK_SEQPACKET;
    }

    @Override
    public String description() {
        return "socket" + (name.isEmpty() ? "" : " " + name);
    }

    /** {@code bind(2)}. */
    public void bind(long address, int length) {
        String path = SocketRequests.path(address, length);
        Refused.when(!name.isEmpty(), Errno.EINVAL);
        machine.files().socket(path, this, machine.user());
        name = path;
    }

    /** {@code listen(2)}. */
    public void listen(int most) {
        Refused.when(name.isEmpty() || connected, Errno.EINVAL);
        listening = true;
        backlog = most;
        peerIs = machine.user();
        machine.changed();
    }

    /** {@code connect(2)}: waits while nobody more may wait there. */
    public void connect(long address, int length) {
        Refused.when(connected, EISCONN);
        String path = SocketRequests.path(address, length);
        SocketFile listener = machine.files().socketAt(path, machine.user());
        machine.await(() -> !listener.listening || listener.waiting.size() <= listener.backlog, -1);
        Refused.when(!listener.listening || listener.messages != messages, Errno.ECONNREFUSED);
        SocketFile other = new SocketFile(machine, messages ? Fcntl.SOCK_SEQPACKET : 1);
        join(other, listener.peerIs);
        other.join(this, machine.user());
        other.name = listener.name;
        other.retain();
        listener.waiting.add(other);
        machine.changed();
    }

    private void join(SocketFile other, Credentials who) {
        connected = true;
        peer = other;
        peerIs = who;
    }

    /** {@code accept(2)}: waits for somebody. */
    public int accept() {
        Refused.when(!listening, Errno.EINVAL);
        machine.await(() -> !waiting.isEmpty(), -1);
        machine.descriptors().checkRoom();
        SocketFile accepted = waiting.remove();
        int fd = machine.descriptors().add(accepted);
        accepted.drop();
        machine.changed();
        return fd;
    }

    /** {@code SO_PEERCRED}. */
    public Credentials peerCredentials() {
        return peerIs;
    }

    /** {@code sendmsg(2)} of these bytes, with these files. */
    public long send(byte[] bytes, List<OpenFile> files, int flags) {
        Refused.when(!connected, Errno.ENOTCONN);
        SocketFile to = peer;
        if (to == null) {
            throw new Refused(reset ? Errno.ECONNRESET : Errno.EPIPE);
        }
        boolean room = to.pending() + bytes.length <= MOST_BYTES;
        Refused.when(!room && (flags & Fcntl.MSG_DONTWAIT) != 0, Errno.EAGAIN);
        machine.await(() -> peer == null || to.pending() + bytes.length <= MOST_BYTES, -1);
        Refused.when(peer == null, Errno.EPIPE);
        files.forEach(OpenFile::retain);
        to.inbox.add(new Sent(bytes, files));
        machine.changed();
        return bytes.length;
    }

    private int pending() {
        return inbox.stream().mapToInt(sent -> sent.bytes.length - sent.read).sum();
    }

    /** {@code recvmsg(2)}: waits for something, and puts it into the message. */
    public long receive(SocketRequests.Message message, int flags) {
        Refused.when(!connected, messages ? Errno.ENOTCONN : Errno.EINVAL);
        boolean now = !inbox.isEmpty() || peer == null;
        Refused.when(!now && (flags & Fcntl.MSG_DONTWAIT) != 0, Errno.EAGAIN);
        machine.await(() -> !inbox.isEmpty() || peer == null, -1);
        if (inbox.isEmpty() && reset) {
            reset = false;
            throw new Refused(Errno.ECONNRESET);
        }
        int count = messages ? receiveMessage(message) : receiveBytes(message);
        machine.changed();
        return count;
    }

    private int receiveBytes(SocketRequests.Message message) {
        int count = 0;
        List<OpenFile> files = List.of();
        while (count < message.room() && !inbox.isEmpty() && files.isEmpty()) {
            Sent first = inbox.element();
            int part = Math.min(message.room() - count, first.bytes.length - first.read);
            message.put(count, first.bytes, first.read, part);
            files = first.read == 0 ? first.files : List.of();
            count += part;
            first.read += part;
            if (first.read == first.bytes.length) {
                inbox.remove();
            }
        }
        message.finish(machine, files, 0);
        return count;
    }

    private int receiveMessage(SocketRequests.Message message) {
        if (inbox.isEmpty()) {
            message.finish(machine, List.of(), 0);
            return 0;
        }
        Sent first = inbox.remove();
        int count = Math.min(message.room(), first.bytes.length);
        message.put(0, first.bytes, 0, count);
        message.finish(machine, first.files, count < first.bytes.length ? MSG_TRUNC : 0);
        return count;
    }

    @Override
    int ready() {
        if (listening) {
            return waiting.isEmpty() ? 0 : POLLIN | POLLRDNORM;
        }
        int events = inbox.isEmpty() ? 0 : POLLIN | POLLRDNORM;
        if (connected && peer != null) {
            return peer.pending() < MOST_BYTES ? events | POLLOUT : events;
        }
        return events | POLLIN | POLLRDNORM | POLLOUT | POLLHUP | POLLRDHUP;
    }

    /** Hangs up: on the other, or on those that wait. What nobody has read is lost. */
    @Override
    void release() {
        listening = false;
        SocketFile other = peer;
        if (other != null) {
            other.peer = null;
            other.reset = !inbox.isEmpty();
            peer = null;
        }
        for (Sent sent : inbox) {
            if (sent.read == 0) {
                sent.files.forEach(OpenFile::drop);
            }
        }
        inbox.clear();
        while (!waiting.isEmpty()) {
            SocketFile never = waiting.remove();
            if (never.peer != null) {
                never.peer.reset = true;
            }
            never.drop();
        }
        machine.changed();
    }
}
