// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever several threads do to an address space, in whatever order: its books, the kernel's page
 * tables and what devices see agree, and nobody waits for ever.
 */
final class PageTablesPropertyTest {
    private static final int STEPS = 400;
    private static final int SHOWN = 40;
    private static final long DEADLINE_SECONDS = 60;

    private static int runs;
    private static int steps;

    static Stream<Arguments> runs() {
        return Stream.of(GuestBench.LEGACY, GuestBench.IOMMUFD)
                .flatMap(
                        backend ->
                                Stream.of(1, 2, 4)
                                        .flatMap(
                                                threads ->
                                                        Seeds.all().stream()
                                                                .map(
                                                                        seed ->
                                                                                Arguments.of(
                                                                                        backend,
                                                                                        threads,
                                                                                        seed))));
    }

    @ParameterizedTest(name = "{0}, {1} threads, seed {2}")
    @MethodSource("runs")
    void pageTablesAreAsTheModelSays(String backend, int threads, long seed) throws Exception {
        RandomSpace world = new RandomSpace(backend, threads, seed);
        try {
            runAll(world);
            world.alone(world::compare);
            world.close();
        } catch (RuntimeException | AssertionError | ExecutionException | TimeoutException wrong) {
            Throwable cause = wrong instanceof ExecutionException ? wrong.getCause() : wrong;
            throw new AssertionError(
                    "%s, %d threads: %s; %s%n%s"
                            .formatted(backend, threads, cause, Seeds.replay(seed), history(world)),
                    cause);
        }
        runs++;
        steps += threads * STEPS;
    }

    private static void runAll(RandomSpace world)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService pool = Executors.newFixedThreadPool(world.parts().size());
        try {
            List<Future<?>> running = new ArrayList<>();
            world.parts().forEach(part -> running.add(pool.submit(() -> run(part))));
            for (Future<?> each : running) {
                each.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (TimeoutException stuck) {
            stuck.addSuppressed(new IllegalStateException(stacks()));
            throw stuck;
        } finally {
            pool.shutdownNow();
        }
    }

    private static void run(RandomPart part) {
        for (int i = 0; i < STEPS; i++) {
            part.step();
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder("no end in sight");
        for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
            text.append("\n").append(each.getKey());
            for (StackTraceElement frame : each.getValue()) {
                text.append("\n    ").append(frame);
            }
        }
        return text.toString();
    }

    private static String history(RandomSpace world) {
        StringBuilder text = new StringBuilder();
        for (RandomPart part : world.parts()) {
            List<String> log = part.log();
            text.append("a thread's last steps: ")
                    .append(log.subList(Math.max(0, log.size() - SHOWN), log.size()))
                    .append('\n');
        }
        return text.toString();
    }

    @AfterAll
    static void tell() {
        System.out.printf("page table properties: %,d steps in %d runs%n", steps, runs);
    }
}
