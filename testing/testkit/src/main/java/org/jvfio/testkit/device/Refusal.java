// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import org.jvfio.linux.Errno;

/** A request that a model refuses; the system call that it came with is refused so. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Errno errno;

    /** A refusal with {@code errno}. */
    public Refusal(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    /** Why. */
    public Errno errno() {
        return errno;
    }
}
