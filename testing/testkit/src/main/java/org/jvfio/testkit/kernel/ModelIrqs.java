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
 * <p>A line is masked each time that it is told, until it is unmasked; whether it is masked
 * outlives its eventfd. The rules are those that Linux's platform, AP and channel drivers share,
 * but for one: the platform driver unties an eventfd before it looks at the next, as {@code unties}
 * says.
 */
final class ModelIrqs {
    private static final class Interrupt {
        private final boolean maskable;
        private final Runnable unmask = this::unmask;
        private final Runnable mask = this::mask;
        private @Nullable EventFile trigger;
        private @Nullable EventFile unmaskedBy;
        private @Nullable EventFile maskedBy;
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

        /** Is told by the process, as if the device had. */
        void tell() {
            if (!masked) {
                masked = maskable;
                signal();
            }
        }

        void drive(boolean level) {
            asserted = level;
            deliver();
        }

        private void deliver() {
            if (asserted && trigger != null) {
                tell();
            }
        }

        void mask() {
            masked = true;
        }

        void unmask() {
            masked = false;
            deliver();
        }

        void connect(@Nullable EventFile eventfd) {
            trigger = eventfd;
            deliver();
        }

        void unmaskBy(@Nullable EventFile eventfd) {
            unmaskedBy = follow(unmaskedBy, eventfd, unmask);
        }

        void maskBy(@Nullable EventFile eventfd) {
            maskedBy = follow(maskedBy, eventfd, mask);
        }

        /** Forgets all, as when the device is closed. */
        void reset() {
            unmaskBy(null);
            maskBy(null);
            trigger = null;
            masked = false;
        }
    }

    private final Machine machine;
    private final List<ModelInterrupt> kinds;
    private final List<Interrupt> interrupts;
    private final boolean unties;

    ModelIrqs(Machine machine, List<ModelInterrupt> kinds, boolean unties) {
        this.machine = machine;
        this.kinds = kinds;
        this.unties = unties;
        Stream<Interrupt> made = kinds.stream().map(kind -> new Interrupt(kind.maskable()));
        this.interrupts = made.toList();
    }

    /** Lets {@code work} be done whenever an eventfd is signalled, in place of the one before. */
    static @Nullable EventFile follow(
            @Nullable EventFile before, @Nullable EventFile eventfd, Runnable work) {
        if (before != null) {
            // Linux takes one at a time, and wants to be told that it is to forget it.
            Refused.when(eventfd != null, Errno.EBUSY);
            before.stopConsuming(work);
        }
        if (eventfd != null) {
            eventfd.consume(work);
        }
        return eventfd;
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
        interrupts.forEach(Interrupt::reset);
    }

    /** {@code VFIO_DEVICE_SET_IRQS}. */
    int set(long argument) {
        IrqRequest request =
                IrqRequest.read(argument, kinds.size(), index -> kinds.get(index).count());
        Interrupt interrupt = interrupts.get(request.index());
        switch (request.action()) {
            case IrqRequest.TRIGGER -> trigger(interrupt, request);
            case IrqRequest.MASK, IrqRequest.UNMASK -> {
                Refused.when(!kinds.get(request.index()).maskable(), Errno.EINVAL);
                mask(interrupt, request);
            }
            default -> throw new Refused(Errno.ENOTTY);
        }
        return 0;
    }

    private void trigger(Interrupt interrupt, IrqRequest request) {
        boolean other = !request.carriesEventfds();
        Refused.when(other && kinds.get(request.index()).takesEventfdsOnly(), Errno.EINVAL);
        if (request.disables()) {
            interrupt.connect(null);
            return;
        }
        Refused.when(request.count() != 1, Errno.EINVAL);
        if (request.carriesEventfds()) {
            if (unties) {
                interrupt.connect(null);
            }
            interrupt.connect(eventfd(request.descriptor(0)));
        } else if (request.chosen(0)) {
            interrupt.tell();
        }
    }

    private void mask(Interrupt interrupt, IrqRequest request) {
        Refused.when(request.count() != 1, Errno.EINVAL);
        boolean unmask = request.action() == IrqRequest.UNMASK;
        if (request.carriesEventfds() && unmask) {
            interrupt.unmaskBy(eventfd(request.descriptor(0)));
        } else if (request.carriesEventfds()) {
            interrupt.maskBy(eventfd(request.descriptor(0)));
        } else if (request.chosen(0) && unmask) {
            interrupt.unmask();
        } else if (request.chosen(0)) {
            interrupt.mask();
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
