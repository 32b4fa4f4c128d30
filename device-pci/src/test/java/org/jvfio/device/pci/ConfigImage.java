// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.RegisterBounds;

/** A configuration space in a buffer. */
final class ConfigImage implements PciConfig {
    private final ByteBuffer bytes;

    ConfigImage(int size) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ConfigImage random(int size, Random random) {
        ConfigImage image = new ConfigImage(size);
        random.nextBytes(image.bytes.array());
        return image;
    }

    /** Says that there is a chain of standard capabilities, which starts at {@code first}. */
    ConfigImage chain(int first) {
        bytes.putShort(0x06, (short) 0x10).put(0x34, (byte) first);
        return this;
    }

    ConfigImage standard(int offset, int id, int next) {
        bytes.put(offset, (byte) id).put(offset + 1, (byte) next);
        return this;
    }

    ConfigImage extended(int offset, int id, int version, int next) {
        bytes.putInt(offset, id | version << 16 | next << 20);
        return this;
    }

    ConfigImage word(int offset, int value) {
        bytes.putShort(offset, (short) value);
        return this;
    }

    ConfigImage dword(int offset, int value) {
        bytes.putInt(offset, value);
        return this;
    }

    @Override
    public List<PciCapability> capabilities() {
        return CapabilityWalk.of(this);
    }

    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public byte getByte(long offset) {
        return bytes.get(at(offset, 1));
    }

    @Override
    public short getShort(long offset) {
        return bytes.getShort(at(offset, 2));
    }

    @Override
    public int getInt(long offset) {
        return bytes.getInt(at(offset, 4));
    }

    @Override
    public long getLong(long offset) {
        return bytes.getLong(at(offset, 8));
    }

    @Override
    public void putByte(long offset, byte value) {
        bytes.put(at(offset, 1), value);
    }

    @Override
    public void putShort(long offset, short value) {
        bytes.putShort(at(offset, 2), value);
    }

    @Override
    public void putInt(long offset, int value) {
        bytes.putInt(at(offset, 4), value);
    }

    @Override
    public void putLong(long offset, long value) {
        bytes.putLong(at(offset, 8), value);
    }

    private int at(long offset, int width) {
        RegisterBounds.check("configuration space", offset, width, size());
        return (int) offset;
    }
}
