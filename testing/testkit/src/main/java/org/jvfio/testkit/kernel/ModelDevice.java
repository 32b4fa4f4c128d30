// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.ModelInterrupt;
import org.jvfio.testkit.device.ModelRegion;
import org.jvfio.testkit.device.Refusal;
import org.jvfio.testkit.device.VfioModel;

/** A device in the machine that is not a PCI function. */
final class ModelDevice extends Device {
    private static final String MEDIATED = "mdev";
    private static final int PLATFORM = DeviceInfo.PLATFORM | DeviceInfo.AMBA;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int MMAP = 4;
    private static final int CAPS = 8;
    private static final int TYPE_CAPABILITY = 2;
    private static final long POSITION_MASK = (1L << RegionAccess.INDEX_SHIFT) - 1;
    private static final int LONGEST = 1 << 20;

    private final VfioModel model;
    private final List<ModelRegion> regions;
    private final ModelIrqs irqs;
    private final MigrationStates migration;
    private final Map<Integer, MemoryFile> memory = new HashMap<>();
    private final String parentFolder;
    private @Nullable KvmVmFile user;

    ModelDevice(
            Machine machine,
            String name,
            VfioModel model,
            Group group,
            int vfioNumber,
            String parentFolder) {
        super(machine, name, group, model.driver(), vfioNumber);
        this.model = model;
        this.parentFolder = parentFolder;
        this.regions = model.regions();
        this.irqs = new ModelIrqs(machine, model.interrupts(), platform());
        this.migration = new MigrationStates(machine, model.migration().orElse(null), features());
        model.connect(new DmaPath(this));
        for (int i = 0; i < regions.size(); i++) {
            if (regions.get(i).isMemory()) {
                MemoryFile file = machine.newSharedMemory(regions.get(i).size());
                memory.put(i, file);
                model.memory(i, file.bytes());
            }
        }
    }

    /** Gives back what the device has of the machine's own memory; nobody has it open. */
    void removed() {
        model.unplugged();
        memory.forEach((index, file) -> model.memory(index, ByteBuffer.allocate(0)));
        memory.values().forEach(MemoryFile::release);
        memory.clear();
    }

    @Override
    boolean emulated() {
        return model.bus().equals(MEDIATED);
    }

    @Override
    public VfioModel model() {
        return model;
    }

    @Override
    void openFor(@Nullable KvmVmFile vm) {
        if (model.needsVirtualMachine() && !isOpen()) {
            Refused.when(vm == null, Errno.EINVAL);
            boolean another = machine().hasDevice(d -> d instanceof ModelDevice m && m.user == vm);
            Refused.when(another, Errno.EPERM);
            user = vm;
        }
    }

    /** Takes what was written to a file in the device's folder. */
    void write(String path, String text) {
        asked(
                () -> {
                    Objects.requireNonNull(model.writers().get(path)).accept(text);
                    return 0;
                });
    }

    @Override
    String bus() {
        return model.bus();
    }

    @Override
    String folder() {
        return parentFolder + "/" + name();
    }

    @Override
    boolean boundToVfio() {
        return true;
    }

    @Override
    boolean usesDmaOfItsOwn() {
        return false;
    }

    @Override
    boolean mayMaster() {
        return true;
    }

    @Override
    boolean memoryEnabled() {
        return true;
    }

    @Override
    void addRequests(Requests requests) {
        requests.on(VfioRequests.DEVICE_GET_INFO, this::info)
                .on(VfioRequests.DEVICE_GET_REGION_INFO, this::regionInfo)
                .on(VfioRequests.DEVICE_GET_IRQ_INFO, this::irqInfo)
                .on(VfioRequests.DEVICE_SET_IRQS, irqs::set)
                .on(VfioRequests.DEVICE_RESET, argument -> reset());
    }

    private int info(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        info.u32(4, model.flags()).u32(8, regions.size()).u32(12, model.interrupts().size());
        return 0;
    }

    private int regionInfo(long argument) {
        UserBytes info = UserBytes.sized(argument, 32);
        int index = info.i32(8);
        ModelRegion region = region(index);
        CapabilityWriter capabilities = new CapabilityWriter();
        region.kind()
                .ifPresent(
                        kind ->
                                capabilities.add(
                                        TYPE_CAPABILITY,
                                        1,
                                        2 * Integer.BYTES,
                                        body -> body.putInt(kind.type()).putInt(kind.subtype())));
        int argsz = info.i32(0);
        int offset = capabilities.write(argument, argsz, 32);
        int flags = flags(region);
        if (capabilities.size() > 0) {
            flags |= CAPS;
            info.u32(0, Math.max(argsz, 32 + capabilities.size()));
        }
        info.u32(4, flags).u32(12, offset).u64(16, Math.max(0, region.size()));
        info.u64(24, (long) index << RegionAccess.INDEX_SHIFT);
        return 0;
    }

    private int flags(ModelRegion region) {
        if (region.equals(ModelRegion.ABSENT)) {
            return 0;
        }
        return READ | (region.writable() ? WRITE : 0) | (mappable(region) ? MMAP : 0);
    }

    private int irqInfo(long argument) {
        UserBytes info = UserBytes.sized(argument, 16);
        int index = info.i32(8);
        boolean known = index >= 0 && index < model.interrupts().size();
        ModelInterrupt interrupt = known ? model.interrupts().get(index) : ModelInterrupt.NONE;
        Refused.when(!interrupt.isKnown(), Errno.EINVAL);
        info.u32(4, interrupt.info()).u32(12, interrupt.count());
        return 0;
    }

    private ModelRegion region(long index) {
        Refused.when(index < 0 || index >= regions.size(), Errno.EINVAL);
        return regions.get((int) index);
    }

    private int reset() {
        Refused.when(!model.resettable(), Errno.EINVAL);
        model.reset();
        migration.reset();
        machine().views().publish(this);
        return 0;
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (Refusal refusal) {
            throw new Refused(refusal.errno());
        }
    }

    private boolean platform() {
        return (model.flags() & PLATFORM) != 0;
    }

    private byte[] room(long count, long offset) {
        ModelRegion region = region(offset >>> RegionAccess.INDEX_SHIFT);
        long position = offset & POSITION_MASK;
        Refused.when(position >= region.size() || count > LONGEST, Errno.EINVAL);
        long left = region.size() - position;
        Refused.when(count > left && !platform(), Errno.EINVAL);
        return new byte[(int) Math.min(count, left)];
    }

    /** How many bytes of an access the driver makes one access to the device of. */
    private int together(long position, int left) {
        if (!platform()) {
            return left;
        }
        boolean words = left >= Integer.BYTES && position % Integer.BYTES == 0;
        boolean halves = left >= Short.BYTES && position % Short.BYTES == 0;
        return words ? Integer.BYTES : halves ? Short.BYTES : 1;
    }

    private static int index(long offset) {
        return (int) (offset >>> RegionAccess.INDEX_SHIFT);
    }

    @Override
    long read(long buffer, long count, long offset) {
        byte[] bytes = room(count, offset);
        UserBytes target = UserBytes.at(buffer, bytes.length);
        return asked(
                () -> {
                    long position = offset & POSITION_MASK;
                    for (int done = 0; done < bytes.length; ) {
                        byte[] part = new byte[together(position + done, bytes.length - done)];
                        model.read(index(offset), position + done, part);
                        System.arraycopy(part, 0, bytes, done, part.length);
                        done += part.length;
                    }
                    target.bytes(0, bytes);
                    return (long) bytes.length;
                });
    }

    @Override
    long write(long buffer, long count, long offset) {
        byte[] bytes = room(count, offset);
        UserBytes.at(buffer, bytes.length).bytes(0, bytes, bytes.length);
        return asked(
                () -> {
                    long position = offset & POSITION_MASK;
                    for (int done = 0; done < bytes.length; ) {
                        int part = together(position + done, bytes.length - done);
                        byte[] source = Arrays.copyOfRange(bytes, done, done + part);
                        model.write(index(offset), position + done, source);
                        done += part;
                    }
                    machine().views().publish(this);
                    return (long) bytes.length;
                });
    }

    /** Whether user space can map a region: one that its driver maps, and that is whole pages. */
    private boolean mappable(ModelRegion region) {
        return region.mapped().isPresent() && region.size() % machine().pageSize() == 0;
    }

    @Override
    long mmap(DeviceFile file, long address, long length, int fixed, long offset) {
        ModelRegion region = region(offset >>> RegionAccess.INDEX_SHIFT);
        Refused.when(!mappable(region), Errno.EINVAL);
        Bar window =
                new Bar(
                        index(offset),
                        region.size(),
                        false,
                        (byte) 0,
                        region.mapped().orElseThrow());
        long position = offset & POSITION_MASK;
        MemoryFile shared = memory.get(index(offset));
        if (shared != null) {
            return machine()
                    .views()
                    .map(file, this, window, shared, position, address, length, fixed);
        }
        return machine().views().map(file, this, window, position, address, length, fixed);
    }

    @Override
    long load(int region, long offset, int width) {
        byte[] bytes = new byte[width];
        model.read(region, offset, bytes);
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return value;
    }

    @Override
    void store(int region, long offset, int width, long value) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >>> (Byte.SIZE * i));
        }
        model.write(region, offset, bytes);
    }

    @Override
    boolean messages() {
        return false;
    }

    @Override
    void message(int vector) {
        irqs.signal(vector);
    }

    @Override
    void line(int index, boolean asserted) {
        irqs.line(index, asserted);
    }

    @Override
    void signal(int index) {
        irqs.signal(index);
    }

    @Override
    void prepare() {
        machine().views().publish(this);
    }

    @Override
    void quiet() {
        user = null;
        irqs.disableAll();
        migration.closed();
        model.closed();
    }
}
