// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * The secret of a physical function that its virtual functions are opened with.
 *
 * <p>Nobody knows it until somebody sets it. While a virtual function is in use, the physical one
 * opens with the same token only; before, a token given at its opening becomes the new one.
 */
final class FunctionToken {
    private UUID value = UUID.randomUUID();
    private int users;

    void replace(UUID token) {
        value = token;
    }

    void virtualFunctionOpened() {
        users++;
    }

    void virtualFunctionClosed() {
        users--;
    }

    /** Lets a virtual function be opened with the token alone. */
    void admitVirtual(@Nullable UUID given) {
        Refused.when(!value.equals(given), Errno.EACCES);
    }

    void admitPhysical(@Nullable UUID given) {
        if (users > 0) {
            admitVirtual(given);
        } else if (given != null) {
            value = given;
        }
    }
}
