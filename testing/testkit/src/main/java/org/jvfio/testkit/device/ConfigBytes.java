// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A configuration space with header type 0, for a model to fill in.
 *
 * <pre>
 *   offset  size  field
 *        0     2  vendor
 *        2     2  device
 *        4     2  command
 *        6     2  status; bit 4: there are capabilities
 *        8     1  revision
 *        9     3  class code
 *       16    24  six BARs
 *       44     2  subsystem vendor
 *       46     2  subsystem
 *       52     1  offset of the first capability
 *       60     1  interrupt line
 *       61     1  interrupt pin, 1 for INTA
 *      256     -  the chain of PCI Express capabilities
 * </pre>
 */
public final class ConfigBytes {
    private static final int LINE = 10;
    private static final int FIRST_CAPABILITY = 0x40;
    private static final int FIRST_EXTENDED = 0x100;

    private final ByteBuffer bytes;
    private int lastLink = 0x34;
    private int lastExtended;

    /** A space of 256 or 4096 bytes with decoding on, as firmware leaves it, and INTA. */
    public ConfigBytes(int size, int vendor, int device, int classCode, int revision) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(0x00, (short) vendor).putShort(0x02, (short) device);
        bytes.putShort(0x04, (short) 0x0103);
        bytes.putInt(0x08, classCode << 8 | revision);
        bytes.put(0x3c, (byte) LINE).put(0x3d, (byte) 1);
    }

    /** Sets the subsystem. */
    public ConfigBytes subsystem(int vendor, int device) {
        bytes.putShort(0x2c, (short) vendor).putShort(0x2e, (short) device);
        return this;
    }

    /** Says where firmware put a 32-bit BAR, or the low half of a 64-bit one. */
    public ConfigBytes bar(int index, int address, boolean wide) {
        bytes.putInt(0x10 + 4 * index, address | (wide ? 4 : 0));
        return this;
    }

    /** Says where firmware put a BAR of I/O ports. */
    public ConfigBytes ports(int index, int address) {
        bytes.putInt(0x10 + 4 * index, address | 1);
        return this;
    }

    /** Makes it that of a virtual function: memory is decoded always, and there is no INTx. */
    public ConfigBytes virtual() {
        bytes.putShort(0x04, (short) 0x0002).put(0x3c, (byte) 0).put(0x3d, (byte) 0);
        return this;
    }

    /** Adds a capability at the end of the chain, with what follows its ID and link. */
    public ConfigBytes capability(int offset, int id, int... bodyBytes) {
        if (offset < FIRST_CAPABILITY) {
            throw new IllegalArgumentException("capability at 0x%x".formatted(offset));
        }
        bytes.put(lastLink, (byte) offset).put(0x06, (byte) (bytes.get(0x06) | 0x10));
        bytes.put(offset, (byte) id);
        for (int i = 0; i < bodyBytes.length; i++) {
            bytes.put(offset + 2 + i, (byte) bodyBytes[i]);
        }
        lastLink = offset + 1;
        return this;
    }

    /**
     * Adds a PCI Express capability at the end of its chain, with what follows the header.
     *
     * @param offset where; the first one is at 0x100
     */
    public ConfigBytes extended(int offset, int id, int version, int... bodyBytes) {
        if (lastExtended != 0) {
            bytes.putInt(lastExtended, bytes.getInt(lastExtended) | offset << 20);
        } else if (offset != FIRST_EXTENDED) {
            throw new IllegalArgumentException("first capability at 0x%x".formatted(offset));
        }
        bytes.putInt(offset, id | version << 16);
        for (int i = 0; i < bodyBytes.length; i++) {
            bytes.put(offset + 4 + i, (byte) bodyBytes[i]);
        }
        lastExtended = offset;
        return this;
    }

    /** The bytes, as a new array. */
    public byte[] toArray() {
        return bytes.array().clone();
    }
}
