// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.PeerCredentials;
import org.jvfio.linux.uapi.SocketAddress;
import org.jvfio.spi.Teardown;

/**
 * A socket with a name in the file system at which others connect. The name goes with it.
 *
 * <p>A name that a process left behind is taken over; one at which somebody listens never is.
 */
public final class ListeningSocket extends KernelFile {
    private static final int BACKLOG = 16;

    private boolean named;

    private ListeningSocket(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }

    /**
     * Listens at {@code path}. Nobody can connect before mode and owner are as they should be.
     *
     * @param mode permission bits: who may write may connect
     * @param owner the user that the name belongs to; -1 for this process's
     * @param group its group; -1 for this process's
     * @throws VfioException if somebody listens there already, or something else is there
     * @throws IllegalArgumentException if the path is too long for a socket
     */
    public static ListeningSocket listen(
            Kernel kernel, String path, int mode, int owner, int group) {
        SocketAddress address = new SocketAddress(path);
        try {
            int fd = (int) check("socket", kernel.sockets().socket(Fcntl.SOCK_STREAM));
            ListeningSocket socket = new ListeningSocket(kernel, fd, path);
            try {
                socket.bind(address);
                socket.open(mode, owner, group);
                return socket;
            } catch (KernelException refused) {
                throw Teardown.after(refused, socket::close);
            } catch (RuntimeException refused) {
                throw Teardown.after(refused, socket::close);
            }
        } catch (KernelException refused) {
            throw refused.about(path);
        }
    }

    private void bind(SocketAddress address) throws KernelException {
        int result = bindOnce(address);
        if (result == -Errno.EADDRINUSE.number()) {
            checkNobodyIsThere();
            check("unlink", kernel().sockets().unlink(path()));
            result = bindOnce(address);
        }
        check("bind", result);
        named = true;
    }

    private int bindOnce(SocketAddress address) {
        try {
            return kernel().sockets().bind(fd(), address.address(), SocketAddress.SIZE);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    private void checkNobodyIsThere() throws KernelException {
        if (!kernel().sockets().isSocket(path())) {
            throw new VfioException(
                    path(), "bind", "something else is there, which is no socket; choose another");
        }
        try {
            DescriptorSocket.connect(kernel(), path()).close();
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ECONNREFUSED)) {
                return;
            }
            throw refused;
        }
        throw new VfioException(
                path(), "bind", "another process listens there; end it, or choose another path");
    }

    /** The mode first: what it is set on may be another's as soon as that other owns the name. */
    private void open(int mode, int owner, int group) throws KernelException {
        Sockets sockets = kernel().sockets();
        check("chmod", sockets.chmod(path(), mode));
        if (owner != -1 || group != -1) {
            check("lchown", sockets.chown(path(), owner, group));
        }
        check("listen", sockets.listen(fd(), BACKLOG));
    }

    /** Who listens: this process, as the peers see it. */
    public PeerCredentials self() throws KernelException {
        int descriptor = enter();
        try {
            return DescriptorSocket.credentials(kernel(), descriptor);
        } finally {
            leave();
        }
    }

    /** Waits for somebody to connect. */
    public DescriptorSocket accept() throws KernelException {
        int descriptor = enter();
        try {
            int accepted;
            do {
                accepted = kernel().sockets().accept(descriptor);
            } while (accepted == -Errno.EINTR.number());
            int fd = (int) check("accept4", accepted);
            return new DescriptorSocket(kernel(), fd, path() + " (descriptor " + fd + ")");
        } finally {
            leave();
        }
    }

    /** Takes the name away, unless somebody else did, and closes the socket. */
    @Override
    public void close() {
        Teardown teardown = new Teardown();
        if (named) {
            named = false;
            teardown.step(this::removeName);
        }
        teardown.step(super::close);
        teardown.finish();
    }

    private void removeName() {
        int result = kernel().sockets().unlink(path());
        if (result < 0 && result != -Errno.ENOENT.number()) {
            throw new KernelException("unlink", Errno.of(-result)).about(path());
        }
    }
}
