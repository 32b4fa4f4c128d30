// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

/**
 * Who a process is to the other end of a socket.
 *
 * @param pid the process
 * @param uid its user
 * @param gid its group
 */
public record Credentials(int pid, int uid, int gid) {
    /** What a socket answers that is not connected. */
    static final Credentials NOBODY = new Credentials(0, -1, -1);

    /** Root, in this process. */
    static Credentials root() {
        return new Credentials((int) ProcessHandle.current().pid(), 0, 0);
    }

    /** Whether a file of this owner, group and mode may be written. */
    boolean mayWrite(int owner, int group, int mode) {
        int shift = uid == owner ? 6 : gid == group ? 3 : 0;
        return uid == 0 || (mode >> shift & 2) != 0;
    }
}
