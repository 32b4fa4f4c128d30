// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

/**
 * The state of a device that migrates: {@code struct vfio_device_feature_mig_state}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  device_state  {@code enum vfio_device_mig_state}
 *        4     4  data_fd       the kernel's answer: a new file to read or write the device's
 *                               state, or -1
 * </pre>
 */
public final class MigState {
    /** Bytes of the data. */
    public static final int SIZE = 8;

    static final int DEVICE_STATE_AT = 0;
    static final int DATA_FD_AT = 4;

    private static final int NO_FILE = -1;

    private MigState() {}

    /** A question. */
    public static DeviceFeature get() {
        return new DeviceFeature(DeviceFeature.MIG_DEVICE_STATE, DeviceFeature.GET, SIZE);
    }

    /**
     * An order to go to another state.
     *
     * <p>Where it fails for want of a descriptor ({@code EMFILE}), the device is in the new state
     * all the same, and its file is gone.
     */
    public static DeviceFeature set(int state) {
        DeviceFeature order =
                new DeviceFeature(DeviceFeature.MIG_DEVICE_STATE, DeviceFeature.SET, SIZE);
        order.data().putInt(DEVICE_STATE_AT, state).putInt(DATA_FD_AT, NO_FILE);
        return order;
    }

    /** The state in an answer. */
    public static int state(DeviceFeature answer) {
        return answer.data().getInt(DEVICE_STATE_AT);
    }

    /** The file in an answer, or -1. */
    public static int dataFd(DeviceFeature answer) {
        return answer.data().getInt(DATA_FD_AT);
    }
}
