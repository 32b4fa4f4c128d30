// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.PlatformSuites;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.device.Pl031Model;
import org.jvfio.testkit.device.VirtioSlotModel;

/** The suites about platform devices on the simulated kernel. */
@ExtendWith(ContractReport.class)
final class PlatformTest {
    private abstract static class OnSimulatedKernel extends PlatformSuites {
        private final SimBench bench;

        OnSimulatedKernel(String backend, String other) {
            this(backend, other, SimHostProvider.machine());
        }

        OnSimulatedKernel(String backend, String other, SimKernelBuilder machine) {
            this.bench =
                    new SimBench(
                            backend,
                            PresentBackend.of(other),
                            machine.device(CLOCK.name(), new Pl031Model())
                                    .device(SLOT.name(), new VirtioSlotModel()));
        }

        @Override
        protected Bench bench() {
            return bench;
        }

        @AfterEach
        void closeMachine() {
            bench.close();
        }
    }

    /** Through containers and groups. */
    @Nested
    @DisplayName("legacy")
    final class Legacy extends OnSimulatedKernel {
        Legacy() {
            super(GuestBench.LEGACY, GuestBench.IOMMUFD);
        }
    }

    /** Through containers and groups of a kernel with pages of 64 KiB. */
    @Nested
    @DisplayName("legacy, 64 KiB")
    final class LargePages extends OnSimulatedKernel {
        LargePages() {
            super(
                    GuestBench.LEGACY,
                    GuestBench.IOMMUFD,
                    SimHostProvider.machine().hostPageSize(1 << 16));
        }
    }

    /** Through the devices' own files. */
    @Nested
    @DisplayName("iommufd")
    final class Iommufd extends OnSimulatedKernel {
        Iommufd() {
            super(GuestBench.IOMMUFD, GuestBench.LEGACY);
        }
    }
}
