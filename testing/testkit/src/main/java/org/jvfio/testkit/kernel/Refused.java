// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jvfio.linux.Errno;

/** A system call that the simulated kernel refuses; it becomes a negated errno. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final Errno ESPIPE = Errno.of(29);
    static final Errno EISDIR = Errno.of(21);
    static final Errno EBADFD = Errno.of(77);

    private final transient Errno errno;

    /** A refusal with {@code errno}. */
    public Refused(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    /** Why. */
    public Errno errno() {
        return errno;
    }

    /** What the system call returns. */
    public int result() {
        return -errno.number();
    }

    /** Refuses with {@code errno} if {@code refused}. */
    static void when(boolean refused, Errno errno) {
        if (refused) {
            throw new Refused(errno);
        }
    }
}
