// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;
import java.util.Map;
import org.jvfio.linux.Errno;

/**
 * A matrix of s390x adjunct processors as a mediated device: queues for a guest, and nothing to
 * read or write. What it has stands in sysfs.
 *
 * <pre>
 *   interrupt index
 *   0  the device is wanted back
 *   1  the configuration of the guest's processors changed
 * </pre>
 *
 * <p>It was written from Linux's uAPI and QEMU's use of it, and held against no real kernel.
 */
public final class ApMatrixModel implements VfioModel {
    private static final int AP_AND_RESET = 1 << 5 | 1;
    private static final int CONFIGURATION_CHANGE = 1;

    private final String controlDomains;
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private List<String> queues;
    private int resets;

    /** A matrix of queues, each named {@code "05.0004"}: adapter and domain. */
    public ApMatrixModel(String controlDomains, String... queues) {
        this.controlDomains = controlDomains;
        this.queues = List.of(queues);
    }

    /** Gives the guest other queues, and tells it so. */
    public void change(String... others) {
        queues = List.of(others);
        bus.signal(CONFIGURATION_CHANGE);
    }

    /** How often the queues were reset. */
    public int resets() {
        return resets;
    }

    @Override
    public String name() {
        return "ap matrix";
    }

    @Override
    public int flags() {
        return AP_AND_RESET;
    }

    @Override
    public String bus() {
        return "mdev";
    }

    @Override
    public String driver() {
        return "vfio_ap_mdev";
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of();
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.edge(), ModelInterrupt.edge());
    }

    @Override
    public Map<String, String> attributes() {
        String matrix = String.join("\n", queues);
        return Map.of(
                "matrix",
                matrix,
                "guest_matrix",
                matrix,
                "control_domains",
                controlDomains,
                "mdev_type/device_api",
                "vfio-ap",
                "mdev_type/name",
                "VFIO AP Passthrough Device");
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public void read(int region, long position, byte[] target) {
        throw new Refusal(Errno.EINVAL);
    }

    @Override
    public void write(int region, long position, byte[] source) {
        throw new Refusal(Errno.EINVAL);
    }

    @Override
    public void reset() {
        resets++;
    }
}
