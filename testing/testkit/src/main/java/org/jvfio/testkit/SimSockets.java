// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import org.jvfio.linux.Sockets;
import org.jvfio.testkit.kernel.Machine;
import org.jvfio.testkit.kernel.SocketRequests;

/** The sockets of a simulated machine: between descriptors of the one process that it has. */
final class SimSockets implements Sockets {
    private final SimKernel kernel;
    private final Machine machine;

    SimSockets(SimKernel kernel, Machine machine) {
        this.kernel = kernel;
        this.machine = machine;
    }

    /** A call that answers 0. */
    private int done(String name, Object target, Runnable body) {
        return (int)
                kernel.called(
                        name,
                        target,
                        () -> {
                            body.run();
                            return 0;
                        });
    }

    @Override
    public int socket(int type) {
        return (int) kernel.called("socket", "", () -> SocketRequests.open(machine, type));
    }

    @Override
    public int bind(int fd, long address, int length) {
        return done("bind", fd, () -> SocketRequests.socket(machine, fd).bind(address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return done("listen", fd, () -> SocketRequests.socket(machine, fd).listen(backlog));
    }

    @Override
    public int accept(int fd) {
        return (int)
                kernel.called("accept4", fd, () -> SocketRequests.socket(machine, fd).accept());
    }

    @Override
    public int connect(int fd, long address, int length) {
        return done(
                "connect", fd, () -> SocketRequests.socket(machine, fd).connect(address, length));
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        return kernel.called("sendmsg", fd, () -> SocketRequests.send(machine, fd, message, flags));
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return kernel.called(
                "recvmsg", fd, () -> SocketRequests.receive(machine, fd, message, flags));
    }

    @Override
    public int getsockopt(int fd, int level, int option, long value, long length) {
        return (int)
                kernel.called(
                        "getsockopt",
                        fd,
                        () -> SocketRequests.option(machine, fd, level, option, value, length));
    }

    @Override
    public int chmod(String path, int mode) {
        return done("chmod", path, () -> machine.files().changeSocket(path, -1, -1, mode));
    }

    @Override
    public int chown(String path, int owner, int group) {
        return done("lchown", path, () -> machine.files().changeSocket(path, owner, group, -1));
    }

    @Override
    public int unlink(String path) {
        return done("unlink", path, () -> machine.files().unlink(path));
    }

    @Override
    public boolean isSocket(String path) {
        machine.lock().lock();
        try {
            return machine.files().isSocket(path);
        } finally {
            machine.lock().unlock();
        }
    }
}
