// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.Mmio;
import org.jvfio.device.Region;
import org.jvfio.device.RegisterBounds;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.spi.NativeMemory;
import org.jvfio.spi.PeerMemory;
import org.jvfio.spi.PeerRegion;

/**
 * A region of an open device, read and written through the device's file.
 *
 * <p>An access is one {@code pread} or {@code pwrite} of its width, and allocates nothing. The
 * kernel makes one transaction of it, except of 64 bits: before Linux 6.10, and in configuration
 * space always, those are two of 32 bits, the lower address first.
 */
public final class DeviceRegion implements Region, PeerRegion {
    private final DeviceFd device;
    private final MemoryMaps memory;
    private final long pageSize;
    private final int index;
    private final int flags;
    private final long size;
    private final long fileOffset;
    private final String name;
    private final String label;
    private final boolean swapped;
    private final DevicePresence presence;
    private final LiveMappings mappings = new LiveMappings();
    private volatile List<Area> areas;
    private volatile @Nullable WriteWatch watch;

    DeviceRegion(
            LinuxHost host,
            DeviceFd device,
            RegionInfo info,
            DeviceLayout layout,
            DevicePresence presence) {
        this.device = device;
        this.presence = presence;
        this.memory = host.memory();
        this.pageSize = host.pageSize();
        this.index = info.index();
        this.flags = info.flags();
        this.size = Math.max(0, info.size());
        this.fileOffset = info.offset();
        this.name = layout.regionName(index);
        this.label = device.path() + " " + name;
        this.swapped = layout.byteOrder(index) != ByteOrder.nativeOrder();
        this.areas = MappableAreas.of(info, pageSize);
    }

    /**
     * Takes the pages that {@code area} touches out of what can be mapped: for a bus, while it
     * opens the device.
     */
    public void withhold(Area area) {
        areas = MappableAreas.without(areas, area, pageSize);
    }

    /** Has {@code writes} see what is written from now on: for a bus, while it opens the device. */
    public void watch(WriteWatch writes) {
        watch = writes;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean readable() {
        return (flags & RegionInfo.READ) != 0;
    }

    @Override
    public boolean writable() {
        return (flags & RegionInfo.WRITE) != 0;
    }

    @Override
    public List<Area> mappableAreas() {
        return areas;
    }

    @Override
    public byte getByte(long offset) {
        return fetch(offset, Byte.BYTES).get(Scratch.DATA_AT);
    }

    @Override
    public short getShort(long offset) {
        return ordered(fetch(offset, Short.BYTES).getShort(Scratch.DATA_AT));
    }

    @Override
    public int getInt(long offset) {
        return ordered(fetch(offset, Integer.BYTES).getInt(Scratch.DATA_AT));
    }

    @Override
    public long getLong(long offset) {
        return ordered(fetch(offset, Long.BYTES).getLong(Scratch.DATA_AT));
    }

    @Override
    public void putByte(long offset, byte value) {
        ByteBuffer scratch = Scratch.ofThisThread().put(Scratch.DATA_AT, value);
        store(offset, Byte.BYTES, scratch);
    }

    @Override
    public void putShort(long offset, short value) {
        ByteBuffer scratch = Scratch.ofThisThread().putShort(Scratch.DATA_AT, ordered(value));
        store(offset, Short.BYTES, scratch);
    }

    @Override
    public void putInt(long offset, int value) {
        ByteBuffer scratch = Scratch.ofThisThread().putInt(Scratch.DATA_AT, ordered(value));
        store(offset, Integer.BYTES, scratch);
    }

    @Override
    public void putLong(long offset, long value) {
        ByteBuffer scratch = Scratch.ofThisThread().putLong(Scratch.DATA_AT, ordered(value));
        store(offset, Long.BYTES, scratch);
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        checkRun(offset, target.remaining());
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        ByteBuffer scratch = Scratch.ofThisThread();
        long at = offset;
        while (target.hasRemaining()) {
            int done = readOnce(at, Math.min(target.remaining(), Scratch.CAPACITY), scratch);
            target.put(target.position(), scratch, Scratch.DATA_AT, done);
            target.position(target.position() + done);
            at += done;
        }
    }

    @Override
    public void write(long offset, ByteBuffer source) {
        checkRun(offset, source.remaining());
        ByteBuffer scratch = Scratch.ofThisThread();
        long at = offset;
        while (source.hasRemaining()) {
            int count = Math.min(source.remaining(), Scratch.CAPACITY);
            scratch.put(Scratch.DATA_AT, source, source.position(), count);
            int done = writeOnce(at, count, scratch);
            source.position(source.position() + done);
            at += done;
        }
    }

    @Override
    public Mmio map() {
        if (size == 0) {
            throw new VfioException(label, "mmap", "the device has no such region");
        }
        return map(0, size);
    }

    @Override
    public Mmio map(long offset, long length) {
        if (length < 1 || (offset & pageSize - 1) != 0) {
            throw new IllegalArgumentException(
                    part(offset, length) + ": at least 1 byte, from a multiple of " + pageSize);
        }
        checkRun(offset, length);
        try {
            return mappings.open(
                    offset == 0 && length == size ? label : part(offset, length),
                    () -> mapped(offset, length));
        } catch (KernelException refused) {
            throw refused.about(part(offset, length), RegionAdvice.mapping(refused.errno()));
        }
    }

    private NativeMemory mapped(long offset, long length) throws KernelException {
        checkMappable(offset, length);
        return memory.device(device, fileOffset + offset, length, protection());
    }

    @Override
    public PeerMemory openForPeers(long offset, long length, Runnable changed) {
        checkRun(offset, length);
        return RegionPeer.open(
                device.path(),
                part(offset, length),
                presence,
                changed,
                new RegionPeer.Source() {
                    @Override
                    public NativeMemory map() throws KernelException {
                        return mapped(offset, length);
                    }

                    @Override
                    public DmaBufFd export() throws KernelException {
                        checkMappable(offset, length);
                        return device.dmaBuf(index, offset, length);
                    }
                });
    }

    /** Takes back what is mapped; later accesses are refused by the device's file. */
    void close() {
        mappings.close();
    }

    @Override
    public String toString() {
        return label;
    }

    private ByteBuffer fetch(long offset, int width) {
        RegisterBounds.check(label, offset, width, size);
        ByteBuffer scratch = Scratch.ofThisThread();
        int done = readOnce(offset, width, scratch);
        if (done != width) {
            throw cutShort("pread", offset, width, done);
        }
        return scratch;
    }

    private void store(long offset, int width, ByteBuffer scratch) {
        RegisterBounds.check(label, offset, width, size);
        int done = writeOnce(offset, width, scratch);
        if (done != width) {
            throw cutShort("pwrite", offset, width, done);
        }
    }

    private int readOnce(long offset, int count, ByteBuffer scratch) {
        try {
            long done = device.read(fileOffset + offset, Scratch.dataAddress(scratch), count);
            return progress("pread", offset, count, done);
        } catch (KernelException refused) {
            throw refused.about(
                    at(offset), RegionAdvice.access(refused.errno(), "read", readable()));
        }
    }

    private int writeOnce(long offset, int count, ByteBuffer scratch) {
        WriteWatch writes = watch;
        return writes == null
                ? writeUnseen(offset, count, scratch)
                : writeSeen(writes, offset, count, scratch);
    }

    private int writeSeen(WriteWatch writes, long offset, int count, ByteBuffer scratch) {
        synchronized (writes) {
            writes.writing(offset, scratch, Scratch.DATA_AT, count);
            int done = 0;
            try {
                done = writeUnseen(offset, count, scratch);
            } finally {
                writes.written(offset, scratch, Scratch.DATA_AT, done);
            }
            return done;
        }
    }

    private int writeUnseen(long offset, int count, ByteBuffer scratch) {
        try {
            long done = device.write(fileOffset + offset, Scratch.dataAddress(scratch), count);
            return progress("pwrite", offset, count, done);
        } catch (KernelException refused) {
            throw refused.about(
                    at(offset), RegionAdvice.access(refused.errno(), "written", writable()));
        }
    }

    private int progress(String call, long offset, int count, long done) {
        if (done < 1 || done > count) {
            throw cutShort(call, offset, count, done);
        }
        return (int) done;
    }

    private VfioException cutShort(String call, long offset, int count, long done) {
        return new VfioException(
                at(offset),
                call,
                "%d of %d bytes: the device does not answer".formatted(done, count));
    }

    private void checkRun(long offset, long length) {
        if (offset < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException(
                    part(offset, length) + ": there are 0x" + Long.toHexString(size));
        }
    }

    private void checkMappable(long offset, long length) {
        List<Area> mappable = areas;
        if (mappable.stream().noneMatch(area -> contains(area, offset, length))) {
            throw unmappable(offset, length, mappable);
        }
    }

    private VfioException unmappable(long offset, long length, List<Area> mappable) {
        String areas =
                mappable.isEmpty()
                        ? "no part of this region can be mapped"
                        : "not within one of the parts that can be mapped: "
                                + String.join(", ", mappable.stream().map(this::text).toList());
        return new VfioException(
                part(offset, length), "mmap", areas + "; access it through the region itself");
    }

    private static boolean contains(Area area, long offset, long length) {
        return offset >= area.offset() && offset - area.offset() <= area.size() - length;
    }

    private int protection() {
        return (readable() ? Fcntl.PROT_READ : 0) | (writable() ? Fcntl.PROT_WRITE : 0);
    }

    private String at(long offset) {
        return label + " + 0x" + Long.toHexString(offset);
    }

    private String part(long offset, long length) {
        return "%s: 0x%x bytes at 0x%x".formatted(label, length, offset);
    }

    private String text(Area area) {
        return "0x%x bytes at 0x%x".formatted(area.size(), area.offset());
    }

    private short ordered(short value) {
        return swapped ? Short.reverseBytes(value) : value;
    }

    private int ordered(int value) {
        return swapped ? Integer.reverseBytes(value) : value;
    }

    private long ordered(long value) {
        return swapped ? Long.reverseBytes(value) : value;
    }
}
