// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * An interrupt index of a {@link VfioModel}.
 *
 * @param count how many interrupts it has; with none, nothing can be set
 * @param flags what it can do: those that {@link #info} tells, and more
 */
public record ModelInterrupt(int count, int flags) {
    private static final int EVENTFD = 1;
    private static final int MASKABLE_AUTOMASKED = 6;
    private static final int NORESIZE = 8;

    private static final int UNKNOWN = Integer.MIN_VALUE;
    private static final int NO_TEST = 1 << 30;

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

    /**
     * A single one that an eventfd is set for and nothing else: it cannot be signalled as a test.
     */
    public static ModelInterrupt untested() {
        return new ModelInterrupt(1, EVENTFD | NO_TEST);
    }

    /** Whether it takes eventfds only. */
    public boolean takesEventfdsOnly() {
        return (flags & NO_TEST) != 0;
    }

    /** What the driver says of it: {@code VFIO_IRQ_INFO_EVENTFD} and its like. */
    public int info() {
        return flags & ~NO_TEST;
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
