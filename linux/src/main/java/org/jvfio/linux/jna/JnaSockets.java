// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import org.jvfio.linux.libc.LibcSockets;

/** The machine's own sockets, through JNA. Only calls with a path allocate. */
final class JnaSockets extends LibcSockets {
    @Override
    protected int socketExactly(int domain, int type, int protocol) {
        return result(SocketLibc.socket(domain, type, protocol));
    }

    @Override
    public int bind(int fd, long address, int length) {
        return result(SocketLibc.bind(fd, address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return result(SocketLibc.listen(fd, backlog));
    }

    @Override
    protected int accept4(int fd, long address, long length, int flags) {
        return result(SocketLibc.accept4(fd, address, length, flags));
    }

    @Override
    public int connect(int fd, long address, int length) {
        return result(SocketLibc.connect(fd, address, length));
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        return result(SocketLibc.sendmsg(fd, message, flags));
    }

    @Override
    protected long recvmsgExactly(int fd, long message, int flags) {
        return result(SocketLibc.recvmsg(fd, message, flags));
    }

    @Override
    public int getsockopt(int fd, int level, int option, long value, long length) {
        return result(SocketLibc.getsockopt(fd, level, option, value, length));
    }

    @Override
    protected int chmod(long path, int mode) {
        return result(SocketLibc.chmod(path, mode));
    }

    @Override
    protected int lchown(long path, int owner, int group) {
        return result(SocketLibc.lchown(path, owner, group));
    }

    @Override
    protected int unlink(long path) {
        return result(SocketLibc.unlink(path));
    }

    private static int result(int answer) {
        return answer == -1 ? -Libc.errno() : answer;
    }

    private static long result(long answer) {
        return answer == -1 ? -Libc.errno() : answer;
    }
}
