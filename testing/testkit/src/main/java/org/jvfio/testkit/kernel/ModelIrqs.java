// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.ModelInterrupt;

/**
 * The interrupts of a device that is not a PCI function: each index is one, by itself.
 *
 * <p>A line is masked each time that it is told, until it is unmasked. The rules are those that
 * Linux's platform, AP and channel drivers share.
 */
final class ModelIrqs {
    private static final class Interrupt {
        private final boolean maskable;
        private final Runnable unmask = this::unmask;
        private @Nullable EventFile trigger;
        private @Nullable EventFile unmaskedBy;
        private boolean asserted;
        private boolean masked;

        Interrupt(boolean maskable) {
            this.maskable = maskable;
        }

        void signal() {
            if (trigger != null) {
                trigger.signal();
            }
        }

        void drive(boolean level) {
            asserted = level;
            deliver();
        }

        private void deliver() {
            if (asserted && !masked && trigger != null) {
                masked = maskable;
                signal();
            }
        }

        void unmask() {
            masked = false;
            deliver();
        }

        void connect(@Nullable EventFile eventfd) {
            trigger = eventfd;
            masked = false;
            deliver();
        }

        void unmaskBy(@Nullable EventFile eventfd) {
            if (unmaskedBy != null) {
                unmaskedBy.stopConsuming(unmask);
            }
            unmaskedBy = eventfd;
            if (eventfd != null) {
                eventfd.consume(unmask);
            }
        }

        void disable() {
            unmaskBy(null);
            trigger = null;
        }
    }

    private final Machine machine;
    private final List<ModelInterrupt> kinds;
    private final List<Interrupt> interrupts;

    ModelIrqs(Machine machine, List<ModelInterrupt> kinds) {
        this.machine = machine;
        this.kinds = kinds;
        Stream<Interrupt> made = kinds.stream().map(kind -> new Interrupt(kind.maskable()));
        this.interrupts = made.toList();
    }

    void signal(int index) {
        interrupts.get(index).signal();
    }

    void line(int index, boolean asserted) {
        if (index < interrupts.size()) {
            interrupts.get(index).drive(asserted);
        }
    }

    void disableAll() {
        interrupts.forEach(Interrupt::disable);
    }

    /** {@code VFIO_DEVICE_SET_IRQS}. */
    int set(long argument) {
        IrqRequest request =
                IrqRequest.read(argument, kinds.size(), index -> kinds.get(index).count());
        Interrupt interrupt = interrupts.get(request.index());
        if (request.action() == IrqRequest.TRIGGER) {
            trigger(interrupt, request);
        } else {
            Refused.when(!kinds.get(request.index()).maskable(), Errno.EINVAL);
            mask(interrupt, request);
        }
        return 0;
    }

    private void trigger(Interrupt interrupt, IrqRequest request) {
        boolean other = !request.carriesEventfds();
        Refused.when(other && kinds.get(request.index()).takesEventfdsOnly(), Errno.EINVAL);
        if (request.disables()) {
            interrupt.disable();
            return;
        }
        Refused.when(request.count() != 1, Errno.EINVAL);
        if (request.carriesEventfds()) {
            interrupt.connect(eventfd(request.descriptor(0)));
        } else if (request.chosen(0)) {
            interrupt.signal();
        }
    }

    private void mask(Interrupt interrupt, IrqRequest request) {
        Refused.when(request.count() != 1, Errno.EINVAL);
        boolean unmask = request.action() == IrqRequest.UNMASK;
        if (request.carriesEventfds()) {
            Refused.when(!unmask, Errno.EINVAL);
            interrupt.unmaskBy(eventfd(request.descriptor(0)));
        } else if (request.chosen(0) && unmask) {
            interrupt.unmask();
        } else if (request.chosen(0)) {
            interrupt.masked = true;
        }
    }

    private @Nullable EventFile eventfd(int descriptor) {
        if (descriptor < 0) {
            return null;
        }
        if (machine.descriptors().get(descriptor) instanceof EventFile eventfd) {
            return eventfd;
        }
        throw new Refused(Errno.EINVAL);
    }
}
