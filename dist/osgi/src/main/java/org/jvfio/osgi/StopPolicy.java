// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.jvfio.Departure;

/**
 * What happens to those who use a provider when its bundle is stopped.
 *
 * <p>Source: the properties {@code jvfio.stop} ({@code wait}, {@code refuse} or {@code close};
 * {@code wait} if there is none) and {@code jvfio.stop.timeout} (whole seconds; 30 if there is
 * none).
 *
 * @param departure what is done
 */
record StopPolicy(Departure departure) {
    static final String POLICY = "jvfio.stop";
    static final String TIMEOUT = "jvfio.stop.timeout";

    private static final long TIMEOUT_SECONDS = 30;

    /**
     * The policy of this word.
     *
     * @param patience how long one that waits does so
     */
    static StopPolicy of(@Nullable String policy, Duration patience) {
        String word = policy == null ? "wait" : policy.strip().toLowerCase(Locale.ROOT);
        return new StopPolicy(
                switch (word) {
                    case "wait" -> Departure.within(patience);
                    case "refuse" -> Departure.refuse();
                    case "close" -> Departure.close();
                    default ->
                            throw new IllegalArgumentException(
                                    POLICY + "=" + policy + ": it can be wait, refuse or close");
                });
    }

    /** How long to wait. */
    static Duration patience(@Nullable String timeout) {
        if (timeout == null) {
            return Duration.ofSeconds(TIMEOUT_SECONDS);
        }
        try {
            return Duration.ofSeconds(Integer.parseUnsignedInt(timeout.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    TIMEOUT + "=" + timeout + ": it is a number of seconds", e);
        }
    }
}
