// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.ApQueue;
import org.jvfio.linux.ApBus;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.contract.ApContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.device.ApBusModel;

/** A simulated machine with adjunct processors: no emulator has them for a real kernel. */
final class ApMachineTest {
    private static final List<Integer> ADAPTERS = List.of(5, 6, 7);
    private static final List<Integer> DOMAINS = List.of(4, 0x47);

    private SimBench open;

    @AfterEach
    void closeMachine() {
        open.close();
    }

    /** The contract on a machine with three adapters, one of which is the host's. */
    private abstract class OnMachine extends ApContract {
        private final SimBench bench;

        OnMachine(String backend, String other, ApBusModel bus) {
            this.bench =
                    new SimBench(
                            backend,
                            PresentBackend.of(other),
                            SimHostProvider.machine().apBus(bus));
            open = bench;
        }

        @BeforeEach
        void giveTwoAdaptersAway() {
            ApBus bus = ApBus.on(bench.kernel().host());
            bus.adapter(ADAPTERS.get(0), false);
            bus.adapter(ADAPTERS.get(1), false);
        }

        @Override
        protected Bench bench() {
            return bench;
        }

        @Override
        protected ApMatrix free() {
            return ApMatrix.EMPTY
                    .withAdapters(ADAPTERS.get(0), ADAPTERS.get(1))
                    .withDomains(DOMAINS.get(0), DOMAINS.get(1));
        }

        @Override
        protected ApQueue hosts() {
            return new ApQueue(ADAPTERS.get(2), DOMAINS.get(0));
        }
    }

    private static ApBusModel bus() {
        return new ApBusModel(ADAPTERS, DOMAINS);
    }

    @Nested
    final class Legacy extends OnMachine {
        Legacy() {
            super("legacy", "iommufd", bus());
        }
    }

    @Nested
    final class Iommufd extends OnMachine {
        Iommufd() {
            super("iommufd", "legacy", bus());
        }
    }

    /** Before Linux 6.10 a matrix takes one number at a time. */
    @Nested
    final class OlderKernel extends OnMachine {
        OlderKernel() {
            super("iommufd", "legacy", bus().withoutWholeMatrices());
        }
    }
}
