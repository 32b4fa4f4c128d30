// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.jvfio.AttachOptions;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.Scsw.Activity;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.linux.MdevTypes;

/**
 * What the suites of subchannels share: a disk and a source of random numbers.
 *
 * <p>The devices are QEMU's: {@code virtio-blk-ccw} and {@code virtio-rng-ccw}, or models of them.
 * Mediated devices are made of them for each test.
 */
abstract class SubchannelSuite extends Contract {
    static final int DISK = 0x383202;
    static final int RANDOM = 0x383204;

    private final List<UUID> made = new ArrayList<>();
    private MdevTypes types;
    private UUID diskName;

    /** For the suites. */
    SubchannelSuite() {}

    /** The subchannels of the machine. */
    protected abstract Subchannels subchannels();

    final SubchannelAddress disk() {
        return subchannels().disk();
    }

    final SubchannelAddress random() {
        return subchannels().random();
    }

    /** The mediated device that was made of the disk. */
    final UUID diskName() {
        return diskName;
    }

    /** Takes a mediated device away. */
    final void remove(UUID name) {
        types.remove(name);
        made.remove(name);
    }

    @BeforeEach
    final void makeDevices() {
        types = MdevTypes.on(vfio().host());
        diskName = make(disk());
        make(random());
    }

    final UUID make(SubchannelAddress subchannel) {
        UUID name = UUID.randomUUID();
        types.find(subchannel.name(), "vfio_ccw-io").orElseThrow().create(name);
        made.add(name);
        return name;
    }

    @AfterEach
    final void removeDevices() {
        vfio().close();
        made.forEach(types::remove);
    }

    final CcwDevice attach(DeviceAddress<CcwDevice> address) {
        return space().attach(address, AttachOptions.defaults().backend(bench().backend()));
    }

    static Set<Activity> activity(CcwDevice device) {
        return device.schib().orElseThrow().scsw().activity();
    }
}
