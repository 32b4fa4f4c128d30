// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.Struct;

/**
 * {@code struct vfio_pci_hot_reset_info}, the answer of {@code VFIO_DEVICE_GET_PCI_HOT_RESET_INFO}:
 * which functions a reset of the device's slot or bus takes with it.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz    size of this struct with its array
 *        4     4  flags    {@link #DEV_ID} | {@link #DEV_ID_OWNED}
 *        8     4  count    entries of the array
 *       12     -  {id 4, segment 2, bus 1, devfn 1} each
 * </pre>
 *
 * <p>If the array is too short the kernel refuses with {@code ENOSPC}, and {@link #available()} is
 * how long to make it for the next try. A function that no such reset reaches, as one of the root
 * bus, is {@code ENODEV}.
 */
public final class PciHotResetInfo extends Struct {
    /**
     * The ids are those of devices in the iommufd of the device that was asked, which was opened as
     * a character device; without it they are the numbers of IOMMU groups.
     */
    public static final int DEV_ID = 1;

    /** With {@link #DEV_ID}: all of the functions belong to whoever asks. */
    public static final int DEV_ID_OWNED = 1 << 1;

    /**
     * The id of a function that is not in the iommufd, but owned because another of its group is.
     */
    public static final int DEVICE_OWNED = 0;

    /** The id of a function that somebody else owns, or nobody. */
    public static final int DEVICE_NOT_OWNED = -1;

    /** Bytes of the struct without the array. */
    public static final int SIZE = 12;

    /** Every function of a bus, on every bus below it; what claims more is not a number. */
    private static final int MOST = 1 << 16;

    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;
    static final int COUNT_AT = 8;
    static final int DEVICES_AT = 12;

    static final int DEVICE_SIZE = 8;
    static final int ID_AT = 0;
    static final int SEGMENT_AT = 4;
    static final int BUS_AT = 6;
    static final int DEVFN_AT = 7;

    private static final int SLOT_SHIFT = 3;
    private static final int FUNCTION_MASK = 7;

    private final int room;

    /**
     * A function that is reset with the device.
     *
     * @param id the number of its IOMMU group; with {@link #DEV_ID} its id in the iommufd, {@link
     *     #DEVICE_OWNED} or {@link #DEVICE_NOT_OWNED}
     * @param address where it is
     */
    public record Dependent(int id, PciAddress address) {}

    /** A question with room for {@code room} functions. */
    public PciHotResetInfo(int room) {
        super(SIZE + checked(room) * DEVICE_SIZE);
        this.room = room;
        bytes.putInt(ARGSZ_AT, capacity());
    }

    private static int checked(int room) {
        if (room < 0 || room > MOST) {
            throw new IllegalArgumentException("room for " + room + " functions");
        }
        return room;
    }

    /** {@link #DEV_ID} and {@link #DEV_ID_OWNED}, as the kernel answered. */
    public int flags() {
        return bytes.getInt(FLAGS_AT);
    }

    /** How many functions there is room for. */
    public int room() {
        return room;
    }

    /** How many functions the kernel has: more than {@link #room()} if they did not fit. */
    public int available() {
        int claimed = bytes.getInt(COUNT_AT);
        return claimed >= 0 && claimed <= MOST ? claimed : room;
    }

    /** The functions, the device itself among them, in the kernel's order. */
    public List<Dependent> devices() {
        int count = Math.min(available(), room);
        List<Dependent> devices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            devices.add(device(DEVICES_AT + i * DEVICE_SIZE));
        }
        return List.copyOf(devices);
    }

    private Dependent device(int at) {
        int devfn = Byte.toUnsignedInt(bytes.get(at + DEVFN_AT));
        return new Dependent(
                bytes.getInt(at + ID_AT),
                new PciAddress(
                        Short.toUnsignedInt(bytes.getShort(at + SEGMENT_AT)),
                        Byte.toUnsignedInt(bytes.get(at + BUS_AT)),
                        devfn >>> SLOT_SHIFT,
                        devfn & FUNCTION_MASK));
    }
}
