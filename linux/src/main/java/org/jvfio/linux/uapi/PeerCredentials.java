// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct ucred}, who was at the other end of a socket when it was connected; of a socket
 * that listens, who made it listen. It is what {@code SO_PEERCRED} answers.
 *
 * <pre>
 *   offset  size  field
 *        0     4  pid
 *        4     4  uid
 *        8     4  gid
 *       12     4  (ours)  the option's length, for {@code getsockopt}
 * </pre>
 */
public final class PeerCredentials extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 12;

    static final int PID_AT = 0;
    static final int UID_AT = 4;
    static final int GID_AT = 8;
    private static final int LENGTH_AT = SIZE;

    /** Room for an answer. */
    public PeerCredentials() {
        super(SIZE + Integer.BYTES);
        bytes.putInt(LENGTH_AT, SIZE);
    }

    /** Where the length is that {@code getsockopt} reads and writes. */
    public long lengthAddress() {
        return address() + LENGTH_AT;
    }

    /** The process. */
    public int pid() {
        return bytes.getInt(PID_AT);
    }

    /** Its effective user. */
    public int uid() {
        return bytes.getInt(UID_AT);
    }

    /** Its effective group. */
    public int gid() {
        return bytes.getInt(GID_AT);
    }
}
