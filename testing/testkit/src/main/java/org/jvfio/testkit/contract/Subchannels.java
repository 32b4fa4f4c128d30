// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.jvfio.device.SubchannelAddress;

/**
 * The subchannels of a machine to test on.
 *
 * @param disk a subchannel for VFIO with a disk
 * @param diskNumber the disk's number on its bus
 * @param sectors how many sectors of 512 bytes the disk has
 * @param random a subchannel for VFIO with a source of random numbers
 * @param spare another one for VFIO, of which no test makes a mediated device
 * @param foreign a subchannel with the kernel's own driver for I/O subchannels
 */
public record Subchannels(
        SubchannelAddress disk,
        int diskNumber,
        long sectors,
        SubchannelAddress random,
        SubchannelAddress spare,
        SubchannelAddress foreign) {}
