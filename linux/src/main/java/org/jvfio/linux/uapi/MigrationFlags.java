// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

/**
 * What kinds of migration a device has: {@code struct vfio_device_feature_migration}.
 *
 * <pre>
 *   offset  size  field
 *        0     8  flags  {@link #STOP_COPY} | {@link #P2P} | {@link #PRE_COPY}
 * </pre>
 */
public final class MigrationFlags {
    /** The states STOP, RUNNING, STOP_COPY and RESUMING; every device that migrates has them. */
    public static final long STOP_COPY = 1;

    /** The state RUNNING_P2P, too. */
    public static final long P2P = 1 << 1;

    /** The state PRE_COPY, too, and with {@link #P2P} PRE_COPY_P2P. */
    public static final long PRE_COPY = 1 << 2;

    /** Bytes of the data. */
    public static final int SIZE = 8;

    static final int FLAGS_AT = 0;

    private MigrationFlags() {}

    /** A question; {@code ENOTTY} if the device does not migrate. */
    public static DeviceFeature get() {
        return new DeviceFeature(DeviceFeature.MIGRATION, DeviceFeature.GET, SIZE);
    }

    /** The kernel's answer. */
    public static long of(DeviceFeature answer) {
        return answer.data().getLong(FLAGS_AT);
    }
}
