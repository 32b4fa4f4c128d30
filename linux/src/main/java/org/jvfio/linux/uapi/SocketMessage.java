// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Struct;

/**
 * {@code struct msghdr} with one {@code struct iovec}, one {@code struct cmsghdr} and their data
 * behind it: bytes and open descriptors on their way through a socket.
 *
 * <pre>
 *   offset  size  field
 *        0     8  msg_name        0
 *        8     4  msg_namelen     0
 *       16     8  msg_iov         address of the iovec
 *       24     8  msg_iovlen      1
 *       32     8  msg_control     address of the cmsghdr; 0 without descriptors
 *       40     8  msg_controllen  bytes of it; of what was received, how many there are
 *       48     4  msg_flags       of what was received: {@link Fcntl#MSG_CTRUNC}
 *       56     8  iov_base        address of the bytes
 *       64     8  iov_len         how many
 *       72     8  cmsg_len        16 and the descriptors' bytes
 *       80     4  cmsg_level      {@link Fcntl#SOL_SOCKET}
 *       84     4  cmsg_type       {@link Fcntl#SCM_RIGHTS}
 *       88     -  descriptors     4 bytes each, up to a multiple of 8
 *        -     -  bytes
 * </pre>
 */
public final class SocketMessage extends Struct {
    /** Bytes of {@code struct msghdr}. */
    public static final int SIZE = 56;

    /** Bytes of {@code struct iovec}. */
    static final int IOVEC_SIZE = 16;

    /** Bytes of {@code struct cmsghdr}. */
    static final int CMSG_SIZE = 16;

    static final int MSG_NAMELEN_AT = 8;
    static final int MSG_IOV_AT = 16;
    static final int MSG_IOVLEN_AT = 24;
    static final int MSG_CONTROL_AT = 32;
    static final int MSG_CONTROLLEN_AT = 40;
    static final int MSG_FLAGS_AT = 48;
    static final int IOV_BASE_AT = 0;
    static final int IOV_LEN_AT = 8;
    static final int CMSG_LEN_AT = 0;
    static final int CMSG_LEVEL_AT = 8;
    static final int CMSG_TYPE_AT = 12;

    private static final int IOVEC = SIZE;
    private static final int CONTROL = IOVEC + IOVEC_SIZE;
    private static final int DESCRIPTORS = CONTROL + CMSG_SIZE;

    private final int data;

    /** Room for {@code dataSize} bytes and so many descriptors. */
    public SocketMessage(int dataSize, int descriptors) {
        super(DESCRIPTORS + aligned(descriptors * Integer.BYTES) + dataSize);
        this.data = DESCRIPTORS + aligned(descriptors * Integer.BYTES);
        bytes.putLong(MSG_IOV_AT, address() + IOVEC);
        bytes.putLong(MSG_IOVLEN_AT, 1);
        if (descriptors > 0) {
            bytes.putLong(MSG_CONTROL_AT, address() + CONTROL);
            bytes.putLong(MSG_CONTROLLEN_AT, data - CONTROL);
        }
        bytes.putLong(IOVEC + IOV_BASE_AT, address() + data);
        bytes.putLong(IOVEC + IOV_LEN_AT, dataSize);
    }

    /** A message to send. */
    public static SocketMessage of(byte[] content, int... descriptors) {
        SocketMessage message = new SocketMessage(content.length, descriptors.length);
        message.bytes.put(message.data, content);
        if (descriptors.length > 0) {
            message.control(descriptors);
        }
        return message;
    }

    private void control(int... descriptors) {
        bytes.putLong(CONTROL + CMSG_LEN_AT, CMSG_SIZE + descriptors.length * Integer.BYTES);
        bytes.putInt(CONTROL + CMSG_LEVEL_AT, Fcntl.SOL_SOCKET);
        bytes.putInt(CONTROL + CMSG_TYPE_AT, Fcntl.SCM_RIGHTS);
        for (int i = 0; i < descriptors.length; i++) {
            bytes.putInt(DESCRIPTORS + i * Integer.BYTES, descriptors[i]);
        }
    }

    private static int aligned(int size) {
        return size + 7 & -8;
    }

    /** The first {@code count} bytes, which is what {@code recvmsg} said that there are. */
    public ByteBuffer content(int count) {
        return bytes.slice(data, count).asReadOnlyBuffer();
    }

    /** The descriptors that came: all are open, and whoever asks closes them. */
    public List<Integer> descriptors() {
        List<Integer> came = new ArrayList<>();
        long present = bytes.getLong(MSG_CONTROLLEN_AT);
        if (bytes.getLong(MSG_CONTROL_AT) != 0
                && present >= CMSG_SIZE
                && bytes.getInt(CONTROL + CMSG_LEVEL_AT) == Fcntl.SOL_SOCKET
                && bytes.getInt(CONTROL + CMSG_TYPE_AT) == Fcntl.SCM_RIGHTS) {
            long end = Math.min(present, bytes.getLong(CONTROL + CMSG_LEN_AT));
            for (int at = CMSG_SIZE; at + Integer.BYTES <= end; at += Integer.BYTES) {
                came.add(bytes.getInt(CONTROL + at));
            }
        }
        return came;
    }

    /** Whether descriptors came for which there was no room; the kernel has closed those. */
    public boolean isTruncated() {
        return (bytes.getInt(MSG_FLAGS_AT) & Fcntl.MSG_CTRUNC) != 0;
    }
}
