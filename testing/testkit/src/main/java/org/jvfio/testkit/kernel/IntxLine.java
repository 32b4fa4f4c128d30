// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;

/** A function's INTx line: level triggered, and masked by the kernel each time that it comes. */
final class IntxLine {
    private final PciFunction function;
    private final Runnable unmask = this::unmask;
    private @Nullable EventFile trigger;
    private @Nullable EventFile unmaskedBy;
    private boolean enabled;
    private boolean asserted;
    private boolean masked;
    private boolean disabledByCommand;

    IntxLine(PciFunction function) {
        this.function = function;
    }

    void trigger(@Nullable EventFile eventfd) {
        trigger = eventfd;
    }

    void enable() {
        enabled = true;
        disabledByCommand = commandDisables();
        masked = disabledByCommand;
        deliver();
    }

    void disable() {
        unmaskBy(null);
        enabled = false;
        trigger = null;
    }

    void drive(boolean level) {
        asserted = level;
        function.config().interruptPending(level);
        deliver();
    }

    private void deliver() {
        if (enabled && asserted && !masked) {
            masked = true;
            signal();
        }
    }

    /** Signals as if the line had come, whether masked or not. */
    void signal() {
        if (enabled && !disabledByCommand && trigger != null) {
            trigger.signal();
        }
    }

    void mask() {
        masked = true;
    }

    void unmask() {
        if (masked && !disabledByCommand) {
            masked = false;
            deliver();
        }
    }

    /** Unmasks whenever {@code eventfd} is signalled; with none, no longer. */
    void unmaskBy(@Nullable EventFile eventfd) {
        unmaskedBy = ModelIrqs.follow(unmaskedBy, eventfd, unmask);
    }

    void commandChanged() {
        boolean now = commandDisables();
        if (now != disabledByCommand) {
            disabledByCommand = now;
            if (now) {
                mask();
            } else {
                unmask();
            }
        }
    }

    private boolean commandDisables() {
        return (function.config().command() & ConfigSpace.INTX_DISABLE) != 0;
    }
}
