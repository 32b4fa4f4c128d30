// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.linux.Errno;

/**
 * Runs one operation again and again, and each time refuses another of its calls: with each errno
 * that the call can give, once and for good.
 */
final class FailureSweep implements AutoCloseable {
    private final SweptOperation operation;
    private final String backend;
    private final List<String> unexpected = new ArrayList<>();
    private SweptMachine machine;
    private List<String> calls = List.of();
    private List<String> before = List.of();
    private List<String> after = List.of();
    private int points;

    FailureSweep(SweptOperation operation, String backend) {
        this.operation = operation;
        this.backend = backend;
        this.machine = SweptMachine.of(backend);
    }

    /** One call of the operation that is refused. */
    private record Point(int call, String name, Errno errno, boolean lasting) {
        @Override
        public String toString() {
            return "call %d, %s, %s%s".formatted(call, name, errno, lasting ? " for good" : "");
        }
    }

    /** How many calls were refused in turn. */
    int points() {
        return points;
    }

    /** What was not as it should be, in words. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /** Sweeps over all calls. */
    void run() {
        learn();
        for (int call = 0; call < calls.size(); call++) {
            String name = calls.get(call);
            List<Errno> errnos = CallErrnos.of(name);
            int count = Math.min(errnos.size(), operation.errnos());
            for (int i = 0; i < count; i++) {
                Errno errno = errnos.get((call + i) % errnos.size());
                check(new Point(call, name, errno, false));
                if (!errno.equals(Errno.EINTR) && count == errnos.size()) {
                    check(new Point(call, name, errno, true));
                }
            }
        }
    }

    /** Runs the operation untouched, to know its calls and what it leaves. */
    private void learn() {
        SweepWorld world = prepared();
        before = world.holdings();
        machine.plan().watch();
        operation.run().accept(world);
        calls = machine.plan().stop();
        after = world.holdings();
        world.close();
        machine.kernel().assertNothingLeft();
    }

    private SweepWorld prepared() {
        SweepWorld world = new SweepWorld(machine, backend);
        operation.prepare().accept(world);
        return world;
    }

    private void check(Point point) {
        points++;
        List<String> wrong = new ArrayList<>();
        try {
            SweepWorld world = prepared();
            look(point, world, wrong);
            end(world, wrong);
        } catch (RuntimeException | AssertionError surprise) {
            machine.plan().stop();
            wrong.add("afterwards: " + surprise);
        }
        if (!wrong.isEmpty()) {
            unexpected.add(
                    "%s, %s: %s: %s"
                            .formatted(operation, backend, point, String.join("; ", wrong)));
            machine.close();
            machine = SweptMachine.of(backend);
        }
    }

    private void look(Point point, SweepWorld world, List<String> wrong) {
        if (!world.holdings().equals(before)) {
            wrong.add("prepared " + world.holdings());
        }
        machine.plan().refuse(point.call(), point.errno(), point.lasting());
        Throwable thrown = attempt(world);
        machine.plan().stop();
        int refused = machine.plan().refused();
        if (refused == 0) {
            wrong.add("was not reached");
            return;
        }
        Tolerated rule = Tolerated.find(operation.name(), point.name(), point.errno());
        if (thrown == null) {
            if (rule == null) {
                wrong.add("succeeded");
            } else if (!rule.changes()) {
                compare(world, after, "done", wrong);
            }
            return;
        }
        judge(thrown, point, wrong);
        SweptOperation.Kind kind = operation.kind();
        boolean released = kind == SweptOperation.Kind.RELEASES && world.holdings().equals(after);
        if (refused == 1 && kind == SweptOperation.Kind.ENDS) {
            compare(world, after, "ended", wrong);
        } else if (refused == 1 && !released) {
            compare(world, withInterruptThread(world), "refused", wrong);
        }
        // What could not be retired is retired when memory is mapped next.
        machine.host().allocate(SweepWorld.PAGE).retire();
        Throwable again = attempt(world);
        if (again != null) {
            wrong.add("again: " + again);
        } else {
            compare(world, after, "done at last", wrong);
        }
    }

    /**
     * What was there before, and the device's interrupt thread with its eventfd if they are there:
     * they come with the first listener, whatever becomes of it, and go with the device.
     */
    private List<String> withInterruptThread(SweepWorld world) {
        if (!operation.name().startsWith("listen")) {
            return before;
        }
        List<String> wanted = new ArrayList<>(before);
        world.holdings().stream().filter(h -> h.startsWith("thread ")).forEach(wanted::add);
        if (wanted.size() > before.size()) {
            wanted.add("eventfd");
        }
        wanted.sort(null);
        return wanted;
    }

    private @Nullable Throwable attempt(SweepWorld world) {
        try {
            operation.run().accept(world);
            return null;
        } catch (RuntimeException | Error thrown) {
            return thrown;
        }
    }

    private void judge(Throwable thrown, Point point, List<String> wrong) {
        if (!(thrown instanceof VfioException refused)) {
            wrong.add("threw " + thrown);
            return;
        }
        String message = String.valueOf(refused.getMessage());
        boolean file = FaultyFiles.CALLS.contains(point.name());
        boolean named =
                message.startsWith(refused.object() + ": " + refused.request() + ": ")
                        && !refused.object().isBlank()
                        && !refused.request().isBlank();
        boolean meansMore = Tolerated.find(operation.name(), point.name(), point.errno()) != null;
        boolean told =
                meansMore
                        || (message.contains(point.name())
                                && message.contains(point.errno().name()));
        if (!named || !(file || told)) {
            wrong.add("said only " + message);
        }
    }

    private void compare(SweepWorld world, List<String> wanted, String when, List<String> wrong) {
        List<String> held = world.holdings();
        if (!held.equals(wanted)) {
            List<String> more = new ArrayList<>(held);
            wanted.forEach(more::remove);
            List<String> less = new ArrayList<>(wanted);
            held.forEach(less::remove);
            wrong.add(when + ", and there is " + more + " more, " + less + " less");
        }
    }

    private void end(SweepWorld world, List<String> wrong) {
        world.close();
        List<String> left = world.holdings();
        if (!left.isEmpty()) {
            wrong.add("closed, and left " + left);
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
