// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.function.LongSupplier;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Sockets;

/** Sockets that refuse what a {@link FaultPlan} says, and pass on the rest. */
final class FaultySockets implements Sockets {
    private final Sockets sockets;
    private final FaultPlan plan;

    FaultySockets(Sockets sockets, FaultPlan plan) {
        this.sockets = sockets;
        this.plan = plan;
    }

    private long call(String name, LongSupplier made) {
        Errno refusal = plan.next(name);
        return refusal == null ? made.getAsLong() : -refusal.number();
    }

    @Override
    public int socket(int type) {
        return (int) call("socket", () -> sockets.socket(type));
    }

    @Override
    public int bind(int fd, long address, int length) {
        return (int) call("bind", () -> sockets.bind(fd, address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return (int) call("listen", () -> sockets.listen(fd, backlog));
    }

    @Override
    public int accept(int fd) {
        return (int) call("accept4", () -> sockets.accept(fd));
    }

    @Override
    public int connect(int fd, long address, int length) {
        return (int) call("connect", () -> sockets.connect(fd, address, length));
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        return call("sendmsg", () -> sockets.sendmsg(fd, message, flags));
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return call("recvmsg", () -> sockets.recvmsg(fd, message, flags));
    }

    @Override
    public int getsockopt(int fd, int level, int option, long value, long length) {
        return (int) call("getsockopt", () -> sockets.getsockopt(fd, level, option, value, length));
    }

    @Override
    public int chmod(String path, int mode) {
        return (int) call("chmod", () -> sockets.chmod(path, mode));
    }

    @Override
    public int chown(String path, int owner, int group) {
        return (int) call("lchown", () -> sockets.chown(path, owner, group));
    }

    @Override
    public int unlink(String path) {
        return (int) call("unlink", () -> sockets.unlink(path));
    }

    @Override
    public boolean isSocket(String path) {
        return sockets.isSocket(path);
    }
}
