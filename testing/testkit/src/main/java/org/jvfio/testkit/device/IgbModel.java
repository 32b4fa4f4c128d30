// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;

/**
 * Intel's network card 82576, as far as VFIO sees of it: regions, interrupts, reset and virtual
 * functions. It sends and receives nothing.
 *
 * <pre>
 *   offset  size  register of BAR 0
 *   0x0000     4  CTRL; bit 26 resets
 *   0x0008     4  STATUS
 *   0x1520     4  EICS: raises the interrupts whose bits are set
 *   0x1524     4  EIMS: enables interrupts      0x1528  4  EIMC: disables them
 *   0x1580     4  EICR: those raised; reading clears
 *
 *   BAR 1: flash memory, empty.  BAR 2: I/O ports.  BAR 3: MSI-X table of 10 vectors
 * </pre>
 *
 * <p>Interrupt n is vector n, and sends one message until it is read. Configuration space, regions
 * and these registers were held against QEMU's {@code igb}.
 */
public final class IgbModel implements SriovModel {
    /** How many MSI-X vectors there are. */
    public static final int VECTORS = 10;

    /** How many virtual functions there can be. */
    public static final int VIRTUAL_FUNCTIONS = 8;

    private static final int CONTROL = 0x00100209;
    private static final int STATUS = 0x80080481;
    private static final int RESET = 1 << 26;
    private static final int INTERRUPTS = (1 << VECTORS) - 1;
    private static final List<Bar> BARS =
            List.of(
                    new Bar(
                            0,
                            0x20000,
                            false,
                            (byte) 0,
                            List.of(
                                    Register.writable(0x1528, 4),
                                    Register.writable(0x1524, 4),
                                    Register.writable(0x1520, 4),
                                    Register.writable(0x0000, 4),
                                    Register.readOnly(0x0008, 4))),
                    new Bar(1, 0x20000, false, (byte) 0, List.of()),
                    Bar.ofPorts(2, 0x20),
                    new Bar(3, 0x4000, true, (byte) 0, List.of()));

    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int raised;
    private int enabled;

    /** A card as it is after power-on. */
    public IgbModel() {}

    @Override
    public String name() {
        return "igb";
    }

    @Override
    public byte[] configuration() {
        return new ConfigBytes(4096, 0x8086, 0x10c9, 0x020000, 0x01)
                .subsystem(0x1af4, 0x1100)
                .bar(0, 0xfde00000, false)
                .bar(1, 0xfde20000, false)
                .ports(2, 0xc000)
                .bar(3, 0xfde40000, true)
                .capability(0x40, 0x01, 0x22, 0)
                .capability(0x50, 0x05, 0x80, 0x01)
                .capability(0x70, 0x11, VECTORS - 1, 0, 0x03, 0, 0, 0, 0x03, 0x20)
                .capability(0xa0, 0x10, 0x02, 0, 0x20, 0x80, 0, 0x10)
                .extended(0x100, 0x0001, 1)
                .extended(0x150, 0x000e, 1)
                .extended(
                        0x160,
                        0x0010,
                        1,
                        sriov(VIRTUAL_FUNCTIONS, 0x80, 2, IgbVirtualFunction.DEVICE))
                .toArray();
    }

    /** What follows the header of an SR-IOV capability, up to the device ID. */
    private static int[] sriov(int total, int offset, int stride, int device) {
        int[] body = new int[0x18];
        body[0x04] = 0x10;
        body[0x08] = total;
        body[0x0a] = total;
        body[0x10] = offset;
        body[0x12] = stride;
        body[0x16] = device & 0xff;
        body[0x17] = device >>> 8;
        return body;
    }

    @Override
    public List<Bar> bars() {
        return BARS;
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
    }

    @Override
    public PciModel virtualFunction(int index) {
        return new IgbVirtualFunction();
    }

    @Override
    public long read(int bar, long offset, int width) {
        if (bar != 0 || width != Integer.BYTES) {
            return 0;
        }
        return switch ((int) offset) {
            case 0x0000 -> CONTROL;
            case 0x0008 -> STATUS;
            case 0x1524 -> enabled;
            case 0x1580 -> taken();
            default -> 0;
        };
    }

    private int taken() {
        int interrupts = raised;
        raised = 0;
        return interrupts;
    }

    @Override
    public void write(int bar, long offset, int width, long value) {
        if (bar != 0 || width != Integer.BYTES) {
            return;
        }
        int bits = (int) value & INTERRUPTS;
        switch ((int) offset) {
            case 0x0000 -> resetIf((value & RESET) != 0);
            case 0x1520 -> change(raised | bits, enabled);
            case 0x1524 -> change(raised, enabled | bits);
            case 0x1528 -> change(raised, enabled & ~bits);
            default -> {}
        }
    }

    private void resetIf(boolean asked) {
        if (asked) {
            reset();
        }
    }

    private void change(int nowRaised, int nowEnabled) {
        int before = raised & enabled;
        raised = nowRaised;
        enabled = nowEnabled;
        int sent = raised & enabled & ~before;
        for (int vector = 0; vector < VECTORS && bus.messages(); vector++) {
            if ((sent & 1 << vector) != 0) {
                bus.message(vector);
            }
        }
    }

    @Override
    public void reset() {
        raised = 0;
        enabled = 0;
    }
}
