// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_pci_hot_reset}, the argument of {@code VFIO_DEVICE_PCI_HOT_RESET}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz      size of this struct with its array
 *        4     4  flags      0
 *        8     4  count      entries of the array
 *       12     -  group_fds  4 each: descriptors of the groups that prove whose the functions are
 * </pre>
 *
 * <p>A device that was opened as a character device gives no groups: its iommufd is the proof.
 */
public final class PciHotReset extends Struct {
    /** Bytes of the struct without the array. */
    public static final int SIZE = 12;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int COUNT_AT = 8;
    static final int GROUP_FDS_AT = 12;

    /** A reset with these descriptors of groups as its proof. */
    public PciHotReset(int... groups) {
        super(SIZE + groups.length * Integer.BYTES);
        bytes.putInt(ARGSZ_AT, capacity());
        bytes.putInt(COUNT_AT, groups.length);
        for (int i = 0; i < groups.length; i++) {
            bytes.putInt(GROUP_FDS_AT + i * Integer.BYTES, groups[i]);
        }
    }
}
