// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/** What the calls for sockets read and write in the process's memory. */
public final class SocketRequests {
    private static final int FAMILY_SIZE = 2;
    private static final int ADDRESS_SIZE = 110;
    private static final int MESSAGE_SIZE = 56;
    private static final int CREDENTIALS_SIZE = 12;
    private static final int CONTROL_SIZE = 16;
    private static final int MOST_DESCRIPTORS = 253;
    private static final Errno ENOPROTOOPT = Errno.of(92);
    private static final Errno ENOTSOCK = Errno.of(88);

    private SocketRequests() {}

    /** A new socket. */
    public static int open(Machine machine, int type) {
        machine.descriptors().checkRoom();
        return machine.descriptors().add(new SocketFile(machine, type));
    }

    /** The socket behind a descriptor. */
    public static SocketFile socket(Machine machine, int fd) {
        if (machine.descriptors().get(fd) instanceof SocketFile socket) {
            return socket;
        }
        throw new Refused(ENOTSOCK);
    }

    /** {@code struct sockaddr_un}: the path of a socket. */
    static String path(long address, int length) {
        Refused.when(length <= FAMILY_SIZE || length > ADDRESS_SIZE, Errno.EINVAL);
        UserBytes bytes = UserBytes.at(address, length);
        Refused.when(bytes.u16(0) != Fcntl.AF_UNIX, Errno.EINVAL);
        StringBuilder path = new StringBuilder();
        for (int i = FAMILY_SIZE; i < length && bytes.u8(i) != 0; i++) {
            path.append((char) (bytes.u8(i) & 0xff));
        }
        // A name of its own, that starts with a zero or is not there, jvfio never asks for.
        Refused.when(path.isEmpty(), Errno.EINVAL);
        byte[] text = path.toString().getBytes(StandardCharsets.ISO_8859_1);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** {@code getsockopt(2)}: knows who is at the other end, and nothing else. */
    public static int option(Machine machine, int fd, int level, int name, long to, long length) {
        SocketFile socket = socket(machine, fd);
        boolean known = level == Fcntl.SOL_SOCKET && name == machine.abi().soPeercred();
        Refused.when(!known, ENOPROTOOPT);
        UserBytes size = UserBytes.at(length, Integer.BYTES);
        Refused.when(size.i32(0) < CREDENTIALS_SIZE, Errno.EINVAL);
        Credentials who = socket.peerCredentials();
        UserBytes.at(to, CREDENTIALS_SIZE).u32(0, who.pid()).u32(4, who.uid()).u32(8, who.gid());
        size.u32(0, CREDENTIALS_SIZE);
        return 0;
    }

    /** {@code sendmsg(2)}. */
    public static long send(Machine machine, int fd, long address, int flags) {
        SocketFile socket = socket(machine, fd);
        Message message = new Message(address);
        byte[] bytes = message.bytes();
        return socket.send(bytes, message.files(machine), flags);
    }

    /** {@code recvmsg(2)}. */
    public static long receive(Machine machine, int fd, long address, int flags) {
        return socket(machine, fd).receive(new Message(address), flags);
    }

    /** A {@code struct msghdr} with one part. */
    static final class Message {
        private final UserBytes header;
        private final long data;
        private final int room;

        Message(long address) {
            header = UserBytes.at(address, MESSAGE_SIZE);
            Refused.when(header.u64(24) != 1, Errno.EMSGSIZE);
            UserBytes part = UserBytes.at(header.u64(16), 16);
            data = part.u64(0);
            room = (int) part.u64(8);
        }

        int room() {
            return room;
        }

        private byte[] bytes() {
            byte[] bytes = new byte[room];
            UserBytes from = UserBytes.at(data, room);
            for (int i = 0; i < room; i++) {
                bytes[i] = from.u8(i);
            }
            return bytes;
        }

        void put(int at, byte[] bytes, int from, int count) {
            UserBytes to = UserBytes.at(data, room);
            for (int i = 0; i < count; i++) {
                to.u8(at + i, bytes[from + i]);
            }
        }

        private List<OpenFile> files(Machine machine) {
            long size = header.u64(40);
            if (header.u64(32) == 0 || size < CONTROL_SIZE) {
                return List.of();
            }
            UserBytes control = UserBytes.at(header.u64(32), (int) size);
            long used = control.u64(0);
            boolean rights =
                    control.i32(8) == Fcntl.SOL_SOCKET && control.i32(12) == Fcntl.SCM_RIGHTS;
            Refused.when(used < CONTROL_SIZE || used > size || !rights, Errno.EINVAL);
            int count = (int) (used - CONTROL_SIZE) / Integer.BYTES;
            Refused.when(count > MOST_DESCRIPTORS, Errno.EINVAL);
            List<OpenFile> files = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                files.add(machine.descriptors().get(control.i32(CONTROL_SIZE + 4 * i)));
            }
            return files;
        }

        /** Gives as many descriptors as there is room for, and says if that was not all. */
        void finish(Machine machine, List<OpenFile> files, int flags) {
            int given = files.isEmpty() ? 0 : give(machine, files);
            files.forEach(OpenFile::drop);
            header.u64(40, given == 0 ? 0 : CONTROL_SIZE + (given * 4 + 7 & -8));
            header.u32(48, flags | (given < files.size() ? Fcntl.MSG_CTRUNC : 0));
        }

        private int give(Machine machine, List<OpenFile> files) {
            long size = header.u64(32) == 0 ? 0 : header.u64(40);
            int most = (int) Math.max(0, (size - CONTROL_SIZE) / Integer.BYTES);
            if (most == 0) {
                return 0;
            }
            UserBytes control = UserBytes.at(header.u64(32), (int) size);
            int given = 0;
            while (given < files.size() && given < most && machine.descriptors().hasRoom()) {
                int fd = machine.descriptors().add(files.get(given));
                control.u32(CONTROL_SIZE + 4 * given, fd);
                given++;
            }
            control.u64(0, CONTROL_SIZE + 4L * given);
            control.u32(8, Fcntl.SOL_SOCKET).u32(12, Fcntl.SCM_RIGHTS);
            return given;
        }
    }
}
