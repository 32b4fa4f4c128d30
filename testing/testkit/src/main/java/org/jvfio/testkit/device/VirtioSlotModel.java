// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An empty slot for a virtio device as a platform device: registers that fill no page, and an
 * edge-triggered interrupt.
 *
 * <pre>
 *   offset  size  register
 *     0x00     4  "virt"
 *     0x04     4  version 1
 *     0x08     4  device: 0, none
 * </pre>
 *
 * <p>It answers as QEMU's does behind Linux's vfio-platform.
 */
public final class VirtioSlotModel implements VfioModel {
    private static final int PLATFORM = 1 << 2;
    private static final int SIZE = 0x200;
    private static final int MAGIC = 0x74726976;
    private static final String NODE = "/virtio_mmio@a000000";

    /** An empty slot. */
    public VirtioSlotModel() {}

    @Override
    public String name() {
        return "virtio-mmio";
    }

    @Override
    public int flags() {
        return PLATFORM;
    }

    @Override
    public String bus() {
        return "platform";
    }

    @Override
    public String driver() {
        return "vfio-platform";
    }

    @Override
    public boolean resettable() {
        return false;
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of(ModelRegion.of(SIZE));
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.edge());
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of(
                "modalias", "of:Nvirtio_mmioT(null)Cvirtio,mmio", "driver_override", "(null)");
    }

    @Override
    public Optional<ModelTree> deviceTree() {
        return Optional.of(
                ModelTree.of(NODE)
                        .strings(NODE + "/name", "virtio_mmio")
                        .strings(NODE + "/compatible", "virtio,mmio")
                        .cells(NODE + "/reg", 0, 0xa000000, 0, SIZE)
                        .cells(NODE + "/interrupts", 0, 0x10, 1)
                        .bytes(NODE + "/dma-coherent"));
    }

    @Override
    public void connect(DeviceBus machine) {}

    @Override
    public void read(int region, long position, byte[] target) {
        int value = position == 0 ? MAGIC : position == Integer.BYTES ? 1 : 0;
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        word.putInt(0, value).get(0, target);
    }

    @Override
    public void write(int region, long position, byte[] source) {}

    @Override
    public void reset() {}
}
