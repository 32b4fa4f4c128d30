// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.jvfio.device.SubchannelAddress;
import org.jvfio.testkit.contract.Subchannels;

/** The subchannels of the s390x guest, as the table of the testbed's README has them. */
final class GuestSubchannels {
    private static final int DISK_NUMBER = 0x11;
    private static final long SECTORS = 2048;

    static final Subchannels ALL =
            new Subchannels(
                    SubchannelAddress.of("0.0.0005"),
                    DISK_NUMBER,
                    SECTORS,
                    SubchannelAddress.of("0.0.0004"),
                    SubchannelAddress.of("0.0.0006"),
                    SubchannelAddress.of("0.0.0007"));

    private GuestSubchannels() {}
}
