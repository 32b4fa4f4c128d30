// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.Bar;

/** A read or write of a device's file, taken apart into region, position and accesses. */
final class RegionAccess {
    static final int INDEX_SHIFT = 40;
    static final int CONFIG = 7;

    private static final int LAST_BAR = 5;
    private static final long POSITION_MASK = (1L << INDEX_SHIFT) - 1;
    private static final int LONGEST = 1 << 20;

    private final PciFunction function;
    private final int index;
    private final long position;
    private final long count;

    RegionAccess(PciFunction function, long offset, long count) {
        this.function = function;
        this.index = (int) Math.min(offset >>> INDEX_SHIFT, Integer.MAX_VALUE);
        this.position = offset & POSITION_MASK;
        this.count = count;
    }

    static RegionAccess of(PciFunction function, Bar bar, long position, long count) {
        return new RegionAccess(function, (long) bar.index() << INDEX_SHIFT | position, count);
    }

    long position() {
        return position;
    }

    /** The BAR that is meant; {@code EINVAL} if the function has none of this index. */
    Bar bar() {
        Bar bar = index <= LAST_BAR ? function.bar(index) : null;
        if (bar == null) {
            throw new Refused(Errno.EINVAL);
        }
        return bar;
    }

    long read(long buffer) {
        if (count == 0) {
            return 0;
        }
        if (index == CONFIG) {
            byte[] bytes = function.config().read(position, count);
            UserBytes.at(buffer, bytes.length).bytes(0, bytes);
            return bytes.length;
        }
        int length = barLength();
        UserBytes target = UserBytes.at(buffer, length);
        target.bytes(0, load(length));
        return length;
    }

    /** What registers hold. */
    byte[] load(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < length; at += width(at, length)) {
            int width = width(at, length);
            put(bytes, at, width, load(position + at, width));
        }
        return bytes.array();
    }

    long write(long buffer) {
        if (count == 0) {
            return 0;
        }
        if (index == CONFIG) {
            return writeConfig(buffer);
        }
        byte[] bytes = new byte[barLength()];
        UserBytes.at(buffer, bytes.length).bytes(0, bytes, bytes.length);
        store(bytes);
        return bytes.length;
    }

    /** Puts bytes into registers. */
    void store(byte[] source) {
        ByteBuffer bytes = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < source.length; at += width(at, source.length)) {
            int width = width(at, source.length);
            store(position + at, width, value(bytes, at, width));
        }
    }

    private long writeConfig(long buffer) {
        ConfigSpace config = function.config();
        Refused.when(position + count > config.size(), Errno.EFAULT);
        int length = (int) count;
        byte[] source = UserBytes.at(buffer, length).bytes(0, new byte[length], length);
        config.write(position, source);
        if (config.startsReset(position, source)) {
            function.busReset();
        }
        function.irqs().commandChanged();
        function.decodingChanged();
        function.machine().views().publish(function);
        return count;
    }

    private int barLength() {
        Bar bar = bar();
        Refused.when(position >= bar.size(), Errno.EINVAL);
        Refused.when(!bar.ports() && !function.memoryEnabled(), Errno.EIO);
        return (int) Math.min(Math.min(count, bar.size() - position), LONGEST);
    }

    /** The widest access that fits at a place, as vfio-pci splits them. */
    private int width(int at, int length) {
        int width = Long.BYTES;
        while (width > length - at || (position + at) % width != 0) {
            width /= 2;
        }
        return width;
    }

    private boolean inVectorTable(long at) {
        ConfigSpace config = function.config();
        long first = config.tableOffset();
        return config.vectors() > 0
                && index == config.tableBar()
                && at >= first
                && at < first + 16L * config.vectors();
    }

    private long load(long at, int width) {
        return inVectorTable(at) ? -1 : function.load(index, at, width);
    }

    private void store(long at, int width, long value) {
        if (!inVectorTable(at)) {
            function.storeAndShow(index, at, width, value);
        }
    }

    private static void put(ByteBuffer bytes, int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            bytes.put(at + i, (byte) (value >>> (Byte.SIZE * i)));
        }
    }

    private static long value(ByteBuffer bytes, int at, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= Byte.toUnsignedLong(bytes.get(at + i)) << (Byte.SIZE * i);
        }
        return value;
    }
}
