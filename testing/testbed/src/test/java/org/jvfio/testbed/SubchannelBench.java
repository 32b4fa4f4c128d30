// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.contract.Subchannels;
import org.jvfio.testkit.device.SimSubchannel;

/** A simulated machine with the subchannels of {@link GuestSubchannels}. */
final class SubchannelBench {
    private SubchannelBench() {}

    static SimBench of(String backend, String other) {
        return new SimBench(backend, PresentBackend.of(other), machine());
    }

    static SimKernelBuilder machine() {
        Subchannels all = GuestSubchannels.ALL;
        return SimHostProvider.machine()
                .subchannel(SimSubchannel.random(all.random().name(), 0x10))
                .subchannel(SimSubchannel.disk(all.disk().name(), all.diskNumber(), all.sectors()))
                .subchannel(SimSubchannel.random(all.spare().name(), 0x12))
                .subchannel(
                        SimSubchannel.random(all.foreign().name(), 0x13).boundTo("io_subchannel"));
    }
}
