// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import org.jvfio.linux.uapi.PeerCredentials;
import org.jvfio.linux.uapi.SocketAddress;
import org.jvfio.linux.uapi.SocketMessage;
import org.jvfio.spi.Teardown;

/** A connected socket over which bytes and open descriptors pass, {@code unix(7)}. */
public final class DescriptorSocket extends KernelFile {
    /**
     * What came with one receive.
     *
     * @param bytes nothing remains in it if the peer has hung up
     * @param descriptors open, and the receiver's to close
     */
    public record Received(ByteBuffer bytes, List<Integer> descriptors) {}

    DescriptorSocket(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /**
     * Connects to the socket that listens at {@code path}.
     *
     * @throws KernelException {@code ENOENT} if nothing is there, {@code ECONNREFUSED} if nobody
     *     listens, {@code EACCES} if this process may not write to it
     * @throws IllegalArgumentException if the path is too long for a socket
     */
    public static DescriptorSocket connect(Kernel kernel, String path) throws KernelException {
        SocketAddress address = new SocketAddress(path);
        Sockets sockets = kernel.sockets();
        int fd = (int) check("socket", sockets.socket(Fcntl.SOCK_STREAM));
        DescriptorSocket socket = new DescriptorSocket(kernel, fd, path);
        try {
            int result;
            do {
                result = sockets.connect(fd, address.address(), SocketAddress.SIZE);
            } while (result == -Errno.EINTR.number());
            check("connect", result);
            return socket;
        } catch (KernelException refused) {
            throw Teardown.after(refused, socket::close);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /** Who is at the other end: who connected, or who made the socket listen. */
    public PeerCredentials peer() throws KernelException {
        int descriptor = enter();
        try {
            return credentials(kernel(), descriptor);
        } finally {
            leave();
        }
    }

    static PeerCredentials credentials(Kernel kernel, int descriptor) throws KernelException {
        PeerCredentials peer = new PeerCredentials();
        int option = kernel.abi().soPeercred();
        check(
                "getsockopt",
                kernel.sockets()
                        .getsockopt(
                                descriptor,
                                Fcntl.SOL_SOCKET,
                                option,
                                peer.address(),
                                peer.lengthAddress()));
        return peer;
    }

    /**
     * Sends all bytes, and the descriptors with them, which stay the caller's.
     *
     * @throws KernelException {@code EAGAIN} if the peer takes no more now, {@code EPIPE} if it has
     *     hung up
     */
    public void send(byte[] bytes, int... descriptors) throws KernelException {
        SocketMessage message = SocketMessage.of(bytes, descriptors);
        int descriptor = enter();
        try {
            long sent;
            do {
                int flags = Fcntl.MSG_NOSIGNAL | Fcntl.MSG_DONTWAIT;
                sent = kernel().sockets().sendmsg(descriptor, message.address(), flags);
            } while (sent == -Errno.EINTR.number());
            if (check("sendmsg", sent) < bytes.length) {
                throw new KernelException("sendmsg", Errno.EAGAIN);
            }
        } finally {
            Reference.reachabilityFence(message);
            leave();
        }
    }

    /**
     * Receives what there is, and waits until there is something.
     *
     * @param most how many bytes at most
     * @param descriptors how many descriptors at most
     * @throws KernelException {@code EMSGSIZE} if more descriptors came: all are closed then
     */
    public Received receive(int most, int descriptors) throws KernelException {
        SocketMessage message = new SocketMessage(most, descriptors);
        int descriptor = enter();
        try {
            long count;
            do {
                count = kernel().sockets().recvmsg(descriptor, message.address(), 0);
            } while (count == -Errno.EINTR.number());
            check("recvmsg", count);
            List<Integer> came = List.copyOf(message.descriptors());
            if (message.isTruncated()) {
                came.forEach(kernel()::close);
                throw new KernelException("recvmsg", Errno.EMSGSIZE);
            }
            return new Received(message.content((int) count), came);
        } finally {
            Reference.reachabilityFence(message);
            leave();
        }
    }
}
