// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.ChannelContract;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.contract.Subchannels;

/** Subchannels of the simulated kernel through both backends. */
@DisplayName("ccw")
final class CcwContractTest {
    /** Through groups. */
    @Nested
    final class Legacy extends ChannelContract {
        private final SimBench bench = SubchannelBench.of("legacy", "iommufd");

        @Override
        protected Bench bench() {
            return bench;
        }

        @Override
        protected Subchannels subchannels() {
            return GuestSubchannels.ALL;
        }

        @AfterEach
        void closeMachine() {
            bench.close();
        }
    }

    /** Through character devices. */
    @Nested
    final class Iommufd extends ChannelContract {
        private final SimBench bench = SubchannelBench.of("iommufd", "legacy");

        @Override
        protected Bench bench() {
            return bench;
        }

        @Override
        protected Subchannels subchannels() {
            return GuestSubchannels.ALL;
        }

        @AfterEach
        void closeMachine() {
            bench.close();
        }
    }
}
