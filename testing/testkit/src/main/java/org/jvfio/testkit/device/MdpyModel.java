// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jvfio.linux.Errno;

/**
 * The kernel's sample {@code mdpy}: a mediated device that looks like a PCI display, whose BAR 0 is
 * a framebuffer in memory.
 *
 * <pre>
 *   offset  size  vendor capability at 0x40
 *        2     1  its length, 16
 *        4     4  pixel format, XR24
 *        8     4  width
 *       12     4  height
 * </pre>
 *
 * <p>As with the sample of Linux 7.3, reads and writes through the device's file reach the
 * framebuffer's first bytes, whatever their position; mapped, it is right. A reset paints rows from
 * black to white. It has no interrupts and no migration. What can be mapped was held against that
 * kernel; the places of regions in the file are other ones.
 */
public final class MdpyModel implements VfioModel {
    private static final int PCI = 1 << 1;
    private static final int CONFIGURATION = 7;
    private static final int VENDOR_CAPABILITY = 0x09;
    private static final int CAPABILITY_AT = 0x40;
    private static final int CAPABILITY_LENGTH = 16;
    private static final byte[] XRGB = {'X', 'R', '2', '4'};
    private static final int PIXEL = 4;
    private static final int MOST = 4;
    private static final int INTERRUPT_INDEXES = 5;
    private static final Errno EUSERS = Errno.of(87);

    private final int width;
    private final int height;
    private final byte[] configuration;
    private ByteBuffer screen = ByteBuffer.allocate(0);

    /** A display of this many pixels. */
    public MdpyModel(int width, int height) {
        this.width = width;
        this.height = height;
        this.configuration = configurationOf(width, height);
    }

    /** The sample's parent, with its three types. */
    public static MediatedParent parent() {
        return new MediatedParent(
                "mdpy",
                MOST,
                EUSERS,
                List.of(
                        type("mdpy-vga", 640, 480),
                        type("mdpy-xga", 1024, 768),
                        type("mdpy-hd", 1920, 1080)));
    }

    private static MediatedParent.Offer type(String id, int width, int height) {
        Supplier<VfioModel> maker = () -> new MdpyModel(width, height);
        String description = "virtual display, %dx%d framebuffer".formatted(width, height);
        return new MediatedParent.Offer(id, id, Optional.of(description), "vfio-pci", 1, maker);
    }

    private static byte[] configurationOf(int width, int height) {
        ByteBuffer body = ByteBuffer.allocate(CAPABILITY_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        body.put(2, (byte) CAPABILITY_LENGTH).put(4, XRGB).putInt(8, width).putInt(12, height);
        int[] rest = new int[CAPABILITY_LENGTH - 2];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = Byte.toUnsignedInt(body.get(i + 2));
        }
        byte[] bytes =
                new ConfigBytes(256, 0x1b36, 0x000f, 0x038000, 0x01)
                        .subsystem(0x1af4, 0x1100)
                        .bar(0, 8, false)
                        .capability(CAPABILITY_AT, VENDOR_CAPABILITY, rest)
                        .toArray();
        bytes[0x04] = 3;
        bytes[0x05] = 0;
        Arrays.fill(bytes, 0x3c, 0x3e, (byte) 0);
        return Arrays.copyOf(bytes, 255);
    }

    private int bytes() {
        return Integer.highestOneBit(2 * width * height * PIXEL - 1);
    }

    @Override
    public String name() {
        return "mdpy";
    }

    @Override
    public int flags() {
        return PCI;
    }

    @Override
    public String bus() {
        return "mdev";
    }

    @Override
    public String driver() {
        return "mdpy";
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public List<ModelRegion> regions() {
        ModelRegion none = ModelRegion.ABSENT;
        return List.of(
                ModelRegion.memory(bytes()),
                none,
                none,
                none,
                none,
                none,
                none,
                ModelRegion.of(configuration.length),
                none);
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return Collections.nCopies(INTERRUPT_INDEXES, ModelInterrupt.EMPTY);
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("mdev_type/device_api", "vfio-pci", "mdev_type/name", "mdpy");
    }

    @Override
    public void connect(DeviceBus bus) {}

    @Override
    public void memory(int region, ByteBuffer memory) {
        screen = memory;
        reset();
    }

    @Override
    public void read(int region, long position, byte[] target) {
        if (region == CONFIGURATION) {
            System.arraycopy(configuration, (int) position, target, 0, target.length);
        } else {
            screen.get(0, target);
        }
    }

    @Override
    public void write(int region, long position, byte[] source) {
        if (region != CONFIGURATION) {
            screen.put(0, source);
        }
    }

    @Override
    public void reset() {
        byte[] row = new byte[width * PIXEL];
        for (int y = 0; y < height && screen.capacity() > 0; y++) {
            Arrays.fill(row, (byte) (y * 255 / height));
            screen.put(y * row.length, row);
        }
    }
}
