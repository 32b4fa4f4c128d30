// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.Comparator;

/**
 * A queue of cryptographic requests: one domain of one adapter.
 *
 * @param adapter the adapter's number, 0 to 255
 * @param domain the domain's number, 0 to 255
 */
public record ApQueue(int adapter, int domain) implements Comparable<ApQueue> {
    private static final Comparator<ApQueue> ORDER =
            Comparator.comparingInt(ApQueue::adapter).thenComparingInt(ApQueue::domain);

    /** Refuses numbers that no adapter or domain has. */
    public ApQueue {
        ApNumbers.check("adapter", adapter);
        ApNumbers.check("domain", domain);
    }

    /**
     * The queue of this name.
     *
     * @param name as sysfs has it: {@code "05.0004"}
     * @throws IllegalArgumentException if that is no queue's name
     */
    public static ApQueue of(String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException(
                    "\"" + name + "\": a queue is written adapter.domain: 05.0004");
        }
        return new ApQueue(
                ApNumbers.read("adapter", name.substring(0, dot)),
                ApNumbers.read("domain", name.substring(dot + 1)));
    }

    @Override
    public int compareTo(ApQueue other) {
        return ORDER.compare(this, other);
    }

    /** The name that sysfs has for it: {@code "05.0004"}. */
    @Override
    public String toString() {
        return ApNumbers.adapter(adapter) + "." + ApNumbers.domain(domain);
    }
}
