// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U16;
import static org.jvfio.linux.uapi.UapiTable.U32;
import static org.jvfio.linux.uapi.UapiTable.U64;

import org.jvfio.linux.Fcntl;

/** What we believe of {@code sys/socket.h} and {@code sys/un.h}. */
final class SocketTables {
    private SocketTables() {}

    static void address(UapiTable ours) {
        ours.struct("sockaddr_un", SocketAddress.SIZE)
                .field("sun_family", SocketAddress.SUN_FAMILY_AT, U16)
                .field("sun_path", SocketAddress.SUN_PATH_AT, SocketAddress.LONGEST_PATH + 1);
    }

    static void messages(UapiTable ours) {
        ours.number("AF_UNIX", Fcntl.AF_UNIX)
                .number("SOCK_STREAM", Fcntl.SOCK_STREAM)
                .number("SOCK_SEQPACKET", Fcntl.SOCK_SEQPACKET)
                .number("SOCK_CLOEXEC", Fcntl.O_CLOEXEC)
                .number("SCM_RIGHTS", Fcntl.SCM_RIGHTS)
                .number("MSG_CTRUNC", Fcntl.MSG_CTRUNC)
                .number("MSG_DONTWAIT", Fcntl.MSG_DONTWAIT)
                .number("MSG_NOSIGNAL", Fcntl.MSG_NOSIGNAL)
                .number("MSG_CMSG_CLOEXEC", Fcntl.MSG_CMSG_CLOEXEC);
        ours.struct("ucred", PeerCredentials.SIZE)
                .field("pid", PeerCredentials.PID_AT, U32)
                .field("uid", PeerCredentials.UID_AT, U32)
                .field("gid", PeerCredentials.GID_AT, U32);
        ours.struct("msghdr", SocketMessage.SIZE)
                .field("msg_namelen", SocketMessage.MSG_NAMELEN_AT, U32)
                .field("msg_iov", SocketMessage.MSG_IOV_AT, U64)
                .field("msg_iovlen", SocketMessage.MSG_IOVLEN_AT, U64)
                .field("msg_control", SocketMessage.MSG_CONTROL_AT, U64)
                .field("msg_controllen", SocketMessage.MSG_CONTROLLEN_AT, U64)
                .field("msg_flags", SocketMessage.MSG_FLAGS_AT, U32);
        ours.struct("iovec", SocketMessage.IOVEC_SIZE)
                .field("iov_base", SocketMessage.IOV_BASE_AT, U64)
                .field("iov_len", SocketMessage.IOV_LEN_AT, U64);
        ours.struct("cmsghdr", SocketMessage.CMSG_SIZE)
                .field("cmsg_len", SocketMessage.CMSG_LEN_AT, U64)
                .field("cmsg_level", SocketMessage.CMSG_LEVEL_AT, U32)
                .field("cmsg_type", SocketMessage.CMSG_TYPE_AT, U32);
    }
}
