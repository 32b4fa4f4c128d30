// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * One device that answers as a test says; eventfds, polling and memory are this machine's own.
 *
 * <p>The device's file is {@link #FILE_SIZE} bytes at {@link #DEVICE}. What is asked of {@code
 * VFIO_DEVICE_SET_IRQS} is kept as words, to be compared with what should have been asked.
 */
final class ScriptedVfio implements Kernel {
    static final int DEVICE = 1_000_000;
    static final int MIGRATION_DATA = 1_000_001;
    static final int FILE_SIZE = 64 << 10;
    static final int RESET_AND_PCI = DeviceInfo.RESET | DeviceInfo.PCI;

    /**
     * What a region is: the fields of {@code struct vfio_region_info}, and offset and size of each
     * sparse area in turn.
     */
    record Shape(int flags, long size, long offset, List<Long> sparse) {
        Shape(int flags, long size, long offset, Long... sparse) {
            this(flags, size, offset, List.of(sparse));
        }
    }

    /** What an interrupt index is: the fields of {@code struct vfio_irq_info}. */
    record Irq(int flags, int count) {}

    final byte[] file = new byte[FILE_SIZE];
    final Map<Integer, Shape> regions = new HashMap<>();
    final Map<Integer, Irq> irqs = new HashMap<>();
    final List<String> irqSets = new ArrayList<>();
    final List<Integer> mmapped = new ArrayList<>();
    private final Map<Long, Integer> eventfds = new ConcurrentHashMap<>();
    private final Set<Integer> open = ConcurrentHashMap.newKeySet();
    final Kernel machine = LinuxHost.real().kernel();
    private final ByteBuffer one =
            ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, 1);
    private final long oneAddress = ProcessMemory.addressOf(one);

    int deviceFlags = RESET_AND_PCI;
    ToIntFunction<List<Integer>> onSetIrqs = words -> 0;
    ToIntFunction<Integer> onReset = tries -> 0;
    ToIntFunction<ByteBuffer> onFeature = struct -> -Errno.ENOTTY.number();
    final Deque<Integer> migrationReads = new ArrayDeque<>();
    int resets;
    long longestTransfer = Long.MAX_VALUE;
    int transferError;
    int mmapError;
    final List<String> exported = new ArrayList<>();
    int exportError;

    @Override
    public int ioctl(int fd, long request, long argument) {
        if (request == number(VfioRequests.DEVICE_RESET)) {
            return onReset.applyAsInt(++resets);
        }
        ByteBuffer struct = ProcessMemory.view(argument, ProcessMemory.view(argument, 4).getInt(0));
        if (request == number(VfioRequests.DEVICE_GET_INFO)) {
            struct.putInt(4, deviceFlags).putInt(8, count(regions)).putInt(12, count(irqs));
            return 0;
        }
        if (request == number(VfioRequests.DEVICE_GET_REGION_INFO)) {
            return regionInfo(struct);
        }
        if (request == number(VfioRequests.DEVICE_GET_IRQ_INFO)) {
            Irq irq = irqs.get(struct.getInt(8));
            return irq == null ? -Errno.EINVAL.number() : answer(struct, irq);
        }
        if (request == number(VfioRequests.DEVICE_FEATURE)) {
            return (struct.getInt(4) & 0xffff) == DeviceFeature.DMA_BUF
                    ? export(struct)
                    : onFeature.applyAsInt(struct);
        }
        return setIrqs(struct);
    }

    /** Makes a file of a BAR: an eventfd will do. */
    private int export(ByteBuffer struct) {
        if (exportError != 0) {
            return -exportError;
        }
        exported.add(
                "BAR %d, 0x%x bytes at 0x%x"
                        .formatted(struct.getInt(8), struct.getLong(32), struct.getLong(24)));
        return eventfd(0, 0);
    }

    /** Hands out the file that a device's state is read from, as an answer to a feature. */
    void giveMigrationData(ByteBuffer struct) {
        open.add(MIGRATION_DATA);
        struct.putInt(12, MIGRATION_DATA);
    }

    private static int answer(ByteBuffer struct, Irq irq) {
        struct.putInt(4, irq.flags()).putInt(12, irq.count());
        return 0;
    }

    private static int count(Map<Integer, ?> indexes) {
        return indexes.keySet().stream().mapToInt(index -> index + 1).max().orElse(0);
    }

    private int regionInfo(ByteBuffer struct) {
        Shape shape = regions.get(struct.getInt(8));
        if (shape == null) {
            return -Errno.EINVAL.number();
        }
        int needed = shape.sparse().size() == 0 ? 32 : 48 + 8 * shape.sparse().size();
        struct.putInt(0, needed).putInt(4, shape.flags() | (needed > 32 ? 8 : 0)).putInt(12, 0);
        struct.putLong(16, shape.size()).putLong(24, shape.offset());
        if (needed > 32 && struct.capacity() >= needed) {
            struct.putInt(12, 32).putShort(32, (short) 1).putShort(34, (short) 1).putInt(36, 0);
            struct.putInt(40, shape.sparse().size() / 2);
            for (int i = 0; i < shape.sparse().size(); i++) {
                struct.putLong(48 + 8 * i, shape.sparse().get(i));
            }
        }
        return 0;
    }

    /** Keeps the words after argsz: flags, index, start, count, and what follows. */
    private synchronized int setIrqs(ByteBuffer struct) {
        List<Integer> words = new ArrayList<>();
        for (int at = 4; at < struct.capacity(); at += 4) {
            words.add(struct.getInt(at));
        }
        irqSets.add(struct.capacity() + " " + words);
        int result = onSetIrqs.applyAsInt(words);
        for (int i = 4; i < words.size() && result == 0; i++) {
            eventfds.put(key(words.get(1), words.get(2) + i - 4), words.get(i));
        }
        return result;
    }

    private static long key(int index, int vector) {
        return (long) index << 32 | vector;
    }

    /** What was asked of {@code SET_IRQS} since the last call, each with its size in front. */
    synchronized List<String> takeIrqSets() {
        List<String> taken = List.copyOf(irqSets);
        irqSets.clear();
        return taken;
    }

    /** The descriptor that a vector is tied to. */
    int eventfdOf(int index, int vector) {
        return eventfds.getOrDefault(key(index, vector), -1);
    }

    /** Interrupts as the device would. */
    void fire(int index, int vector) {
        signal(eventfdOf(index, vector));
    }

    /** Adds one to an eventfd; allocates nothing. */
    void signal(int eventfd) {
        long result = machine.write(eventfd, oneAddress, 8);
        if (result != 8) {
            throw new AssertionError("eventfd " + eventfd + ": " + result);
        }
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return machine.madvise(address, length, advice);
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        if (transferError != 0) {
            return -transferError;
        }
        int done = (int) Math.min(count, longestTransfer);
        ProcessMemory.view(buffer, done).put(0, file, (int) offset, done);
        return done;
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        if (transferError != 0) {
            return -transferError;
        }
        int done = (int) Math.min(count, longestTransfer);
        ProcessMemory.view(buffer, done).get(0, file, (int) offset, done);
        return done;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        if (fd != DEVICE) {
            return machine.mmap(address, length, protection, flags, fd, offset);
        }
        if (mmapError != 0) {
            return -mmapError;
        }
        mmapped.add((int) offset);
        return machine.mmap(
                address,
                length,
                Fcntl.PROT_READ | Fcntl.PROT_WRITE,
                Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS,
                -1,
                0);
    }

    /** Fails if an eventfd or a file of migration data is open. */
    void assertNothingLeaked() {
        assertEquals(Set.of(), open, "left open");
    }

    private long number(Ioctl request) {
        return request.number(abi());
    }

    @Override
    public String name() {
        return "scripted kernel";
    }

    @Override
    public Abi abi() {
        return machine.abi();
    }

    @Override
    public FileTree files() {
        return machine.files();
    }

    @Override
    public Sockets sockets() {
        throw new IllegalStateException("no test asks for them");
    }

    @Override
    public int open(String path, int flags) {
        return -Errno.ENOENT.number();
    }

    @Override
    public int close(int fd) {
        open.remove(fd);
        return fd == MIGRATION_DATA ? 0 : machine.close(fd);
    }

    @Override
    public int munmap(long address, long length) {
        return machine.munmap(address, length);
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return fd == MIGRATION_DATA
                ? migrationReads.removeFirst()
                : machine.read(fd, buffer, count);
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return machine.write(fd, buffer, count);
    }

    @Override
    public int eventfd(int initial, int flags) {
        int fd = machine.eventfd(initial, flags);
        open.add(fd);
        return fd;
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return machine.poll(pollfds, count, timeoutMillis);
    }
}
