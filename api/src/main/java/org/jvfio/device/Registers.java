// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * Registers of a device, by offset.
 *
 * <p><b>Units.</b> Offsets in bytes, from 0; each access must be aligned to its own width and lie
 * within {@link #size()}. Values are in the device's byte order: little-endian for PCI.
 *
 * <p><b>Failure.</b> {@link IndexOutOfBoundsException} outside, {@link IllegalArgumentException} if
 * misaligned, {@link IllegalStateException} after close, {@link org.jvfio.VfioException} if the
 * device does not answer. <b>Threads.</b> Safe for use by several threads; each access is one
 * transaction of its width, and accesses of one thread reach the device in their order.
 */
public interface Registers {
    /** How many bytes there are. */
    long size();

    /** Reads 8 bits. */
    byte getByte(long offset);

    /** Reads 16 bits. */
    short getShort(long offset);

    /** Reads 32 bits. */
    int getInt(long offset);

    /** Reads 64 bits. */
    long getLong(long offset);

    /** Writes 8 bits. */
    void putByte(long offset, byte value);

    /** Writes 16 bits. */
    void putShort(long offset, short value);

    /** Writes 32 bits. */
    void putInt(long offset, int value);

    /** Writes 64 bits. */
    void putLong(long offset, long value);
}
