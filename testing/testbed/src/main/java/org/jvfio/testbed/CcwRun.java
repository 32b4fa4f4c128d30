// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.linux.MdevTypes;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.ChannelContract;
import org.jvfio.testkit.contract.Subchannels;

/**
 * Subchannels of the s390x guest through both backends of its kernel.
 *
 * <p>The mediated devices that the testbed made of them are taken away first, and come back after.
 */
@DisplayName("ccw")
final class CcwRun {
    private static final Subchannels ALL = GuestSubchannels.ALL;
    private static final Map<SubchannelAddress, UUID> MADE = new LinkedHashMap<>();

    @BeforeAll
    static void takeDevicesAway() {
        try (Vfio vfio = Vfio.open()) {
            MdevTypes types = MdevTypes.on(vfio.host());
            for (SubchannelAddress subchannel : List.of(ALL.random(), ALL.disk(), ALL.spare())) {
                DeviceNode node = vfio.device(subchannel.name());
                if (node.mediated()) {
                    MADE.put(subchannel, UUID.fromString(node.name()));
                    types.remove(UUID.fromString(node.name()));
                }
            }
        }
    }

    @AfterAll
    static void putDevicesBack() {
        try (Vfio vfio = Vfio.open()) {
            MdevTypes types = MdevTypes.on(vfio.host());
            MADE.forEach(
                    (subchannel, name) ->
                            types.find(subchannel.name(), "vfio_ccw-io")
                                    .orElseThrow()
                                    .create(name));
        }
    }

    /** Through groups. */
    @Nested
    @DisplayName("legacy")
    final class Legacy extends ChannelContract {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.LEGACY);
        }

        @Override
        protected Subchannels subchannels() {
            return ALL;
        }
    }

    /** Through character devices. */
    @Nested
    @DisplayName("iommufd")
    final class Iommufd extends ChannelContract {
        @Override
        protected Bench bench() {
            return new GuestBench(GuestBench.IOMMUFD);
        }

        @Override
        protected Subchannels subchannels() {
            return ALL;
        }
    }
}
