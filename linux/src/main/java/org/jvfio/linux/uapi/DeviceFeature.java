// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_device_feature}, the argument of {@code VFIO_DEVICE_FEATURE}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz  size of this struct with its data
 *        4     4  flags  the feature's number, and one or more of {@link #GET}, {@link #SET},
 *                        {@link #PROBE}
 *        8     -  data   what the feature reads or answers
 * </pre>
 *
 * <p>With {@link #PROBE} nothing is done, and the answer is whether it could be: {@code ENOTTY} for
 * a feature that the device does not have, {@code EINVAL} for one that it has but not so.
 */
public final class DeviceFeature extends Struct {
    /** The data is the kernel's answer. */
    public static final int GET = 1 << 16;

    /** The data is for the kernel. */
    public static final int SET = 1 << 17;

    /** Ask whether the feature is there, with the same other flags. */
    public static final int PROBE = 1 << 18;

    /** The flags that are the feature's number. */
    public static final int MASK = 0xffff;

    /** Of a physical function: the token that its virtual functions are opened with, 16 bytes. */
    public static final int PCI_VF_TOKEN = 0;

    /** What kinds of migration the device has: {@link MigrationFlags}. */
    public static final int MIGRATION = 1;

    /** The state of migration: {@link MigState}. */
    public static final int MIG_DEVICE_STATE = 2;

    /** Begin to log what the device writes: {@link DmaLoggingControl}. */
    public static final int DMA_LOGGING_START = 6;

    /** End that; no data. */
    public static final int DMA_LOGGING_STOP = 7;

    /** Tell what was written since the last report: {@link DmaLoggingReport}. */
    public static final int DMA_LOGGING_REPORT = 8;

    /** How much there is to be copied of the stopped device, 8 bytes; since Linux 6.2. */
    public static final int MIG_DATA_SIZE = 9;

    /** Of a PCI device: a file for a part of a BAR, see {@link DmaBufExport}. */
    public static final int DMA_BUF = 11;

    /** Bytes of the struct before its data. */
    public static final int SIZE = 8;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;

    /**
     * A question or an order.
     *
     * @param feature its number: {@link #PCI_VF_TOKEN}
     * @param flags {@link #GET}, {@link #SET}, {@link #PROBE}
     * @param dataSize bytes of data
     */
    public DeviceFeature(int feature, int flags, int dataSize) {
        super(SIZE + dataSize);
        bytes.putInt(ARGSZ_AT, SIZE + dataSize);
        bytes.putInt(FLAGS_AT, feature | flags);
    }

    /** The data, which shares its bytes with the struct; in the machine's byte order. */
    public ByteBuffer data() {
        return bytes.slice(SIZE, bytes.capacity() - SIZE).order(bytes.order());
    }
}
