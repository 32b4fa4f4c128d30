// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

/**
 * {@code struct vfio_device_info}, the answer of {@code VFIO_DEVICE_GET_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz        size of this struct with its capabilities
 *        4     4  flags        kind of device, {@link #RESET}, {@link #CAPS}
 *        8     4  num_regions  one more than the highest region index
 *       12     4  num_irqs     one more than the highest interrupt index
 *       16     4  cap_offset   with {@link #CAPS}: of the first capability
 * </pre>
 *
 * <p>Newer kernels count four bytes of padding to the struct; older ones put the first capability
 * there.
 */
public final class DeviceInfo extends InfoStruct {
    /** The device can be reset. */
    public static final int RESET = 1;

    /** A device of vfio-pci, or of a driver built on it. */
    public static final int PCI = 1 << 1;

    /** A device of vfio-platform. */
    public static final int PLATFORM = 1 << 2;

    /** A device of vfio-amba. */
    public static final int AMBA = 1 << 3;

    /** A device of vfio-ccw. */
    public static final int CCW = 1 << 4;

    /** A device of vfio-ap. */
    public static final int AP = 1 << 5;

    /** A device of vfio-fsl-mc. */
    public static final int FSL_MC = 1 << 6;

    /** Capabilities follow. */
    public static final int CAPS = 1 << 7;

    /** A device of vfio-cdx. */
    public static final int CDX = 1 << 8;

    /** Bytes of the struct without capabilities. */
    public static final int SIZE = 20;

    /** Far more indexes than any device has; what claims more is not a number. */
    private static final int MOST = 1 << 12;

    static final int NUM_REGIONS_AT = 8;
    static final int NUM_IRQS_AT = 12;
    static final int CAP_OFFSET_AT = 16;

    /** A question with room for an answer of {@code capacity} bytes, at least {@link #SIZE}. */
    public DeviceInfo(int capacity) {
        super(capacity, SIZE, CAPS, CAP_OFFSET_AT);
    }

    /** How many region indexes there are; some may stand for nothing. */
    public int regions() {
        return indexes(NUM_REGIONS_AT);
    }

    /** How many interrupt indexes there are; some may stand for nothing. */
    public int irqs() {
        return indexes(NUM_IRQS_AT);
    }

    private int indexes(int at) {
        int claimed = bytes.getInt(at);
        return claimed >= 0 && claimed <= MOST ? claimed : 0;
    }
}
