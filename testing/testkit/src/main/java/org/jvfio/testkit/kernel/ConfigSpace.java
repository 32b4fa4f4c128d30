// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Arrays;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.PciModel;

/**
 * A function's configuration space as vfio-pci shows it: BARs and the interrupt line are only kept,
 * the command register also does something.
 */
final class ConfigSpace {
    static final int MEMORY = 1 << 1;
    static final int MASTER = 1 << 2;
    static final int INTX_DISABLE = 1 << 10;

    private static final int COMMAND = 0x04;
    private static final int STATUS = 0x06;
    private static final int INTERRUPT_PENDING = 1 << 3;
    private static final int CACHE_LINE = 0x0c;
    private static final int BARS = 0x10;
    private static final int INTERRUPT_LINE = 0x3c;
    private static final int INTERRUPT_PIN = 0x3d;
    private static final int COMMAND_WRITABLE = 0x0507;
    private static final int FIRST_EXTENDED = 0x100;
    private static final int NO_SOFT_RESET = 1 << 3;
    private static final int POWER = 0x01;
    private static final int POWER_STATE = 4;
    private static final int POWER_STATE_MASK = 3;
    private static final int EXPRESS = 0x10;
    private static final int EXPRESS_FLR = 1 << 12; // In the upper half of its capabilities.
    private static final int EXPRESS_START_FLR = 1 << 7; // In the upper half of its control.
    private static final int SRIOV = 0x0010;
    private static final int SRIOV_ON = 0x19;
    private static final int SRIOV_OFF = 0x10;

    /** As many as there is room for: a model's chain may loop. */
    private static final int MOST_CAPABILITIES = (256 - 64) / 4;

    private static final int MOST_EXTENDED = (4096 - 256) / 4;

    private final PciModel model;
    private final byte[] bytes;
    private final byte[] writable;
    private int virtualFunctions;

    ConfigSpace(PciModel model) {
        this.model = model;
        this.bytes = model.configuration();
        this.writable = new byte[bytes.length];
        put(writable, COMMAND, COMMAND_WRITABLE, 2);
        writable[CACHE_LINE] = -1;
        writable[INTERRUPT_LINE] = -1;
        model.bars().forEach(this::makeSizable);
        if (capability(POWER) != 0) {
            writable[capability(POWER) + POWER_STATE] = POWER_STATE_MASK;
        }
    }

    private void makeSizable(Bar bar) {
        int at = BARS + 4 * bar.index();
        put(writable, at, -bar.size(), bar.wide() ? 8 : 4);
    }

    private static void put(byte[] target, int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            target[at + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Puts everything back as firmware left it, but for bus mastering. */
    void restore() {
        System.arraycopy(model.configuration(), 0, bytes, 0, bytes.length);
        put(bytes, COMMAND, command() & ~MASTER, 2);
        virtualFunctions(virtualFunctions);
    }

    int size() {
        return bytes.length;
    }

    int command() {
        return Byte.toUnsignedInt(bytes[COMMAND]) | Byte.toUnsignedInt(bytes[COMMAND + 1]) << 8;
    }

    boolean hasInterruptPin() {
        return bytes[INTERRUPT_PIN] != 0;
    }

    /** How many MSI messages the function has; 0 without the capability. */
    int messages() {
        int at = capability(0x05);
        return at == 0 ? 0 : 1 << (bytes[at + 2] >>> 1 & 7);
    }

    /** How many MSI-X vectors the function has; 0 without the capability. */
    int vectors() {
        int at = capability(0x11);
        return at == 0 ? 0 : (u16(at + 2) & 0x7ff) + 1;
    }

    /** Which BAR the MSI-X table is in. */
    int tableBar() {
        return bytes[capability(0x11) + 4] & 7;
    }

    /** Where in its BAR the MSI-X table is. */
    int tableOffset() {
        int at = capability(0x11) + 4;
        return (u16(at) | u16(at + 2) << 16) & ~7;
    }

    /** Whether going to sleep and back resets the function. */
    boolean powerStatesReset() {
        int at = capability(POWER);
        return at != 0 && (bytes[at + POWER_STATE] & NO_SOFT_RESET) == 0;
    }

    /** Whether it is in a power state in which registers answer: not in D3. */
    boolean powered() {
        int at = capability(POWER);
        return at == 0 || (bytes[at + POWER_STATE] & POWER_STATE_MASK) != POWER_STATE_MASK;
    }

    private int u16(int at) {
        return Byte.toUnsignedInt(bytes[at]) | Byte.toUnsignedInt(bytes[at + 1]) << 8;
    }

    private int capability(int id) {
        int at = Byte.toUnsignedInt(bytes[0x34]) & ~3;
        for (int links = 0; at != 0 && links < MOST_CAPABILITIES; links++) {
            if (bytes[at] == id) {
                return at;
            }
            at = Byte.toUnsignedInt(bytes[at + 1]) & ~3;
        }
        return 0;
    }

    /** Where the SR-IOV capability is; 0 without. */
    private int sriov() {
        int at = bytes.length > FIRST_EXTENDED ? FIRST_EXTENDED : 0;
        for (int links = 0; at != 0 && links < MOST_EXTENDED; links++) {
            if (u16(at) == SRIOV) {
                return at;
            }
            at = u16(at + 2) >>> 4 & ~3;
        }
        return 0;
    }

    /** How many virtual functions there can be; 0 if the function makes none. */
    int totalVirtualFunctions() {
        int at = sriov();
        return at == 0 ? 0 : u16(at + 0x0e);
    }

    /** How far behind the function's own number those of its virtual functions begin. */
    int virtualOffset() {
        return u16(sriov() + 0x14);
    }

    /** How far the numbers of virtual functions are apart. */
    int virtualStride() {
        return u16(sriov() + 0x16);
    }

    /** The device ID of virtual functions. */
    int virtualDevice() {
        return u16(sriov() + 0x1a);
    }

    /** Shows how many virtual functions there are. */
    void virtualFunctions(int count) {
        int at = sriov();
        virtualFunctions = count;
        if (at != 0) {
            put(bytes, at + 0x08, count > 0 ? SRIOV_ON : SRIOV_OFF, 2);
            put(bytes, at + 0x10, count, 2);
        }
    }

    void interruptPending(boolean pending) {
        int status = u16(STATUS) & ~INTERRUPT_PENDING;
        put(bytes, STATUS, pending ? status | INTERRUPT_PENDING : status, 2);
    }

    /** Shows whether MSI-X is enabled. */
    void vectorsEnabled(boolean enabled) {
        int at = capability(0x11) + 3;
        bytes[at] = (byte) (enabled ? bytes[at] | 0x80 : bytes[at] & 0x7f);
    }

    byte[] read(long position, long count) {
        check(position, count);
        return Arrays.copyOfRange(bytes, (int) position, (int) (position + count));
    }

    void write(long position, byte[] source) {
        check(position, source.length);
        for (int i = 0; i < source.length; i++) {
            int at = (int) position + i;
            bytes[at] = (byte) ((bytes[at] & ~writable[at]) | (source[i] & writable[at]));
        }
    }

    /** Whether to write so is to ask for a reset of the function, by which it resets itself. */
    boolean startsReset(long position, byte[] source) {
        int at = capability(EXPRESS);
        boolean has = at != 0 && (u16(at + 6) & EXPRESS_FLR) != 0;
        long index = at + 9 - position;
        return has
                && index >= 0
                && index < source.length
                && (source[(int) index] & EXPRESS_START_FLR) != 0;
    }

    private void check(long position, long count) {
        Refused.when(position >= bytes.length || count > bytes.length - position, Errno.EFAULT);
    }
}
