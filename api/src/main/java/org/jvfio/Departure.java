// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.time.Duration;

/**
 * What is done about those who use a provider that is to leave a {@link ProviderSet}.
 *
 * @param policy what is done
 * @param deadline how long {@link Policy#WAIT} waits; zero for the others
 */
public record Departure(Policy policy, Duration deadline) {
    /** What is done about the users. */
    public enum Policy {
        /** The provider leaves when the last user is gone; it stays if that takes too long. */
        WAIT,
        /** The provider stays if it has users. */
        REFUSE,
        /** The users are closed, the last one first; then the provider leaves. */
        CLOSE
    }

    /** Checks the deadline. */
    public Departure {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException(deadline + ": no time to wait for");
        }
    }

    /** Leaves when the last user is gone, or stays if one is still there after {@code deadline}. */
    public static Departure within(Duration deadline) {
        return new Departure(Policy.WAIT, deadline);
    }

    /** Leaves only if nobody uses it. */
    public static Departure refuse() {
        return new Departure(Policy.REFUSE, Duration.ZERO);
    }

    /** Leaves when what uses it has been closed, which is done at once. */
    public static Departure close() {
        return new Departure(Policy.CLOSE, Duration.ZERO);
    }
}
