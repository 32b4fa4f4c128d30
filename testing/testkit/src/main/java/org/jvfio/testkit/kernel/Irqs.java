// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/** The interrupts of a function as vfio-pci hands them out: one kind at a time, and two signals. */
final class Irqs {
    static final int INTX = 0;
    static final int MSI = 1;
    static final int MSIX = 2;
    static final int ERR = 3;
    static final int REQ = 4;
    static final int COUNT = 5;

    private static final int NONE = -1;

    private final PciFunction function;
    private final Map<Integer, EventFile> triggers = new TreeMap<>();
    private final Map<Integer, EventFile> signals = new TreeMap<>();
    private final IntxLine line;
    private int kind = NONE;

    Irqs(PciFunction function) {
        this.function = function;
        this.line = new IntxLine(function);
    }

    /** How many interrupts an index has. */
    int count(int index) {
        return switch (index) {
            case INTX -> function.config().hasInterruptPin() ? 1 : 0;
            case MSI -> function.config().messages();
            case MSIX -> function.config().vectors();
            case ERR, REQ -> 1;
            default -> 0;
        };
    }

    /** Whether MSI or MSI-X is enabled. */
    boolean messages() {
        return kind == MSI || kind == MSIX;
    }

    /** Passes a message of the device on. */
    void message(int vector) {
        EventFile trigger = triggers.get(vector);
        if (messages() && trigger != null) {
            trigger.signal();
        }
    }

    /** Passes the state of the device's INTx line on. */
    void line(boolean asserted) {
        line.drive(asserted);
    }

    /** Lets the line follow the command register's INTx disable bit. */
    void commandChanged() {
        line.commandChanged();
    }

    /** Gives the signal of {@link #ERR} or {@link #REQ}. */
    void signal(int index) {
        EventFile signal = signals.get(index);
        if (signal != null) {
            signal.signal();
        }
    }

    void disableAll() {
        disable();
        signals.clear();
    }

    private void disable() {
        if (kind == MSIX) {
            function.config().vectorsEnabled(false);
        }
        if (kind == INTX) {
            line.disable();
        }
        triggers.clear();
        kind = NONE;
    }

    /** {@code VFIO_DEVICE_SET_IRQS}. */
    int set(long argument) {
        IrqRequest request = IrqRequest.read(argument, COUNT, this::count);
        switch (request.index()) {
            case INTX -> intx(request);
            case MSI, MSIX -> messages(request);
            default -> signal(request);
        }
        return 0;
    }

    private EventFile eventfd(int descriptor) {
        if (function.machine().descriptors().get(descriptor) instanceof EventFile eventfd) {
            return eventfd;
        }
        throw new Refused(Errno.EINVAL);
    }

    private @Nullable EventFile eventfdOrNone(int descriptor) {
        return descriptor < 0 ? null : eventfd(descriptor);
    }

    private void intx(IrqRequest request) {
        switch (request.action()) {
            case IrqRequest.TRIGGER -> intxTrigger(request);
            case IrqRequest.MASK -> intxMask(request);
            case IrqRequest.UNMASK -> intxUnmask(request);
            default -> throw new Refused(Errno.ENOTTY);
        }
    }

    private void intxTrigger(IrqRequest request) {
        if (kind == INTX && request.disables()) {
            disable();
            return;
        }
        boolean other = kind != INTX && kind != NONE;
        Refused.when(other || request.count() != 1, Errno.EINVAL);
        if (request.carriesEventfds()) {
            line.trigger(eventfdOrNone(request.descriptor(0)));
            if (kind == NONE) {
                kind = INTX;
                line.enable();
            }
            return;
        }
        Refused.when(kind != INTX, Errno.EINVAL);
        if (request.chosen(0)) {
            line.signal();
        }
    }

    private void intxMask(IrqRequest request) {
        Refused.when(kind != INTX || request.count() != 1, Errno.EINVAL);
        Refused.when(request.carriesEventfds(), Errno.ENOTTY);
        if (request.chosen(0)) {
            line.mask();
        }
    }

    private void intxUnmask(IrqRequest request) {
        Refused.when(kind != INTX || request.count() != 1, Errno.EINVAL);
        if (request.carriesEventfds()) {
            line.unmaskBy(eventfdOrNone(request.descriptor(0)));
        } else if (request.chosen(0)) {
            line.unmask();
        }
    }

    private void messages(IrqRequest request) {
        Refused.when(request.action() != IrqRequest.TRIGGER, Errno.ENOTTY);
        int index = request.index();
        if (kind == index && request.disables()) {
            disable();
            return;
        }
        Refused.when(kind != index && kind != NONE, Errno.EINVAL);
        if (request.carriesEventfds()) {
            connect(request);
            return;
        }
        Refused.when(kind != index, Errno.EINVAL);
        for (int i = 0; i < request.count(); i++) {
            EventFile trigger = triggers.get(request.start() + i);
            if (trigger != null && request.chosen(i)) {
                trigger.signal();
            }
        }
    }

    private void connect(IrqRequest request) {
        boolean first = kind == NONE;
        Refused.when(first && request.start() + request.count() == 0, Errno.ERANGE);
        kind = request.index();
        if (kind == MSIX) {
            function.config().vectorsEnabled(true);
        }
        int done = 0;
        try {
            while (done < request.count()) {
                int vector = request.start() + done++;
                triggers.remove(vector);
                EventFile trigger = eventfdOrNone(request.descriptor(done - 1));
                if (trigger != null) {
                    triggers.put(vector, trigger);
                }
            }
        } catch (Refused refused) {
            undo(first, request.start(), done);
            throw refused;
        }
    }

    /** Leaves no vector of a refused request connected, as the kernel does. */
    private void undo(boolean first, int start, int count) {
        if (first) {
            disable();
        } else {
            for (int vector = start; vector < start + count; vector++) {
                triggers.remove(vector);
            }
        }
    }

    private void signal(IrqRequest request) {
        Refused.when(request.action() != IrqRequest.TRIGGER, Errno.ENOTTY);
        EventFile signal = signals.get(request.index());
        if (request.carriesEventfds()) {
            Refused.when(request.count() == 0 || request.descriptor(0) < -1, Errno.EINVAL);
            EventFile eventfd = eventfdOrNone(request.descriptor(0));
            signals.remove(request.index());
            if (eventfd != null) {
                signals.put(request.index(), eventfd);
            }
        } else if (request.carriesBools()) {
            Refused.when(request.count() == 0, Errno.EINVAL);
            if (signal != null && request.chosen(0)) {
                signal.signal();
            }
        } else if (signal == null) {
            throw new Refused(Errno.EINVAL);
        } else if (request.count() > 0) {
            signal.signal();
        } else {
            signals.remove(request.index());
        }
    }
}
