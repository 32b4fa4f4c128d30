// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.junit.jupiter.api.Nested;
import org.jvfio.device.PlatformAddress;

/** The suites about platform devices for one backend, on a machine that has two of them. */
public abstract class PlatformSuites {
    /** The machine's real-time clock PL031; {@link PlatformContract} says what it has. */
    public static final PlatformAddress CLOCK = PlatformAddress.of("9010000.pl031");

    /** The machine's first slot for a virtio device, which is empty. */
    public static final PlatformAddress SLOT = PlatformAddress.of("a000000.virtio_mmio");

    /** For extension. */
    protected PlatformSuites() {}

    /** The machine, and the backend under test: the same each time. */
    protected abstract Bench bench();

    /** What they are, regions, memory, reset. */
    @Nested
    class Platform extends PlatformContract {
        @Override
        protected Bench bench() {
            return PlatformSuites.this.bench();
        }

        @Override
        protected PlatformAddress clock() {
            return CLOCK;
        }

        @Override
        protected PlatformAddress slot() {
            return SLOT;
        }
    }

    /** Interrupts. */
    @Nested
    class PlatformInterrupts extends PlatformInterruptContract {
        @Override
        protected Bench bench() {
            return PlatformSuites.this.bench();
        }

        @Override
        protected PlatformAddress clock() {
            return CLOCK;
        }

        @Override
        protected PlatformAddress slot() {
            return SLOT;
        }
    }
}
