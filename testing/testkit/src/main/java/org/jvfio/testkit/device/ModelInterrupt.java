// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * An interrupt index of a {@link VfioModel}.
 *
 * @param count how many interrupts it has; with none, nothing can be set
 * @param flags {@code VFIO_IRQ_INFO_EVENTFD} and its like
 */
public record ModelInterrupt(int count, int flags) {
    private static final int EVENTFD = 1;
    private static final int MASKABLE_AUTOMASKED = 6;
    private static final int NORESIZE = 8;

    private static final int UNKNOWN = Integer.MIN_VALUE;

    /** An index that the driver does not know. */
    public static final ModelInterrupt NONE = new ModelInterrupt(0, UNKNOWN);

    /** An index that the driver knows, and that has no interrupts. */
    public static final ModelInterrupt EMPTY = new ModelInterrupt(0, 0);

    /** Whether the driver knows the index. */
    public boolean isKnown() {
        return flags != UNKNOWN;
    }

    /** A single interrupt that is told once each time. */
    public static ModelInterrupt edge() {
        return new ModelInterrupt(1, EVENTFD);
    }

    /** A single one whose count cannot be changed without turning it off. */
    public static ModelInterrupt fixed() {
        return new ModelInterrupt(1, EVENTFD | NORESIZE);
    }

    /** A single line that is masked each time that it is told. */
    public static ModelInterrupt level() {
        return new ModelInterrupt(1, EVENTFD | MASKABLE_AUTOMASKED);
    }

    /** Whether it is a line that can be masked. */
    public boolean maskable() {
        return (flags & MASKABLE_AUTOMASKED) != 0;
    }
}
