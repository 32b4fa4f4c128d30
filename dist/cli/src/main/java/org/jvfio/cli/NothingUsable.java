// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

/** There is nothing on the host that the command could work on; the message says why. */
final class NothingUsable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingUsable(String message) {
        super(message);
    }
}
