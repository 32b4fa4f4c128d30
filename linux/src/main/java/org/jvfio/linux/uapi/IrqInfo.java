// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_irq_info}, the answer of {@code VFIO_DEVICE_GET_IRQ_INFO}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz  size of this struct
 *        4     4  flags  {@link #EVENTFD} | {@link #MASKABLE} |
 *                         {@link #AUTOMASKED} | {@link #NORESIZE}
 *        8     4  index  which interrupt index is asked about
 *       12     4  count  interrupts within it
 * </pre>
 */
public final class IrqInfo extends Struct {
    /** Interrupts can be delivered to eventfds. */
    public static final int EVENTFD = 1;

    /** Interrupts can be masked and unmasked. */
    public static final int MASKABLE = 1 << 1;

    /** Each delivery masks the interrupt until it is unmasked: a level-triggered line. */
    public static final int AUTOMASKED = 1 << 2;

    /** Interrupts are enabled as one set; to add one, all are disabled first. */
    public static final int NORESIZE = 1 << 3;

    /** Bytes of the struct. */
    public static final int SIZE = 16;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int INDEX_AT = 8;
    static final int COUNT_AT = 12;

    /** A question about the interrupt index {@code index}. */
    public IrqInfo(int index) {
        super(SIZE);
        bytes.putInt(ARGSZ_AT, SIZE);
        bytes.putInt(INDEX_AT, index);
    }

    /** {@link #EVENTFD}, {@link #MASKABLE} and their like. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }

    /** Which interrupt index this is about. */
    public int index() {
        return bytes.getInt(INDEX_AT);
    }

    /** How many interrupts the index has; 0 if the device has none of this kind. */
    public int count() {
        return bytes.getInt(COUNT_AT);
    }
}
