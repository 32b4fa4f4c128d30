// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;

/**
 * {@code vfio_pci_device_init_perf_test.c}: PF-1 to PF-5. Devices are attached side by side, by a
 * thread each that starts with the others; the times are reported and held against nothing.
 */
abstract class InitTimeCases extends Acceptance {
    static Stream<Case<String>> init() {
        return Case.eachMode("PF", 1, "init");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void init(Case<String> given, TestReporter reporter) throws Exception {
        List<PciAddress> devices = bench().all();
        CyclicBarrier start = new CyclicBarrier(devices.size());
        ExecutorService threads = Executors.newFixedThreadPool(devices.size());
        try (Vfio vfio = open(given.mode())) {
            List<Callable<Long>> inits = new ArrayList<>();
            for (PciAddress device : devices) {
                inits.add(
                        () -> {
                            start.await();
                            long before = System.nanoTime();
                            attach(vfio, given.mode(), device);
                            return System.nanoTime() - before;
                        });
            }
            long before = System.nanoTime();
            LongSummaryStatistics nanos = new LongSummaryStatistics();
            for (Future<Long> init : threads.invokeAll(inits)) {
                nanos.accept(init.get());
            }
            reporter.publishEntry(given.toString(), times(System.nanoTime() - before, nanos));
            assertEquals(devices.size(), vfio.addressSpace().devices().size());
        } finally {
            threads.shutdown();
        }
    }

    private static String times(long wall, LongSummaryStatistics each) {
        return "wall %d µs, each %d to %d µs, mean %d µs"
                .formatted(
                        wall / 1000,
                        each.getMin() / 1000,
                        each.getMax() / 1000,
                        (long) each.getAverage() / 1000);
    }
}
