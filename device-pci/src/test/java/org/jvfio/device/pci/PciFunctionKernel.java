// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Host;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.Sockets;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.spi.DeviceContext;
import org.jvfio.spi.HotReset;

/** A kernel with one open PCI function: configuration space in bytes, and one BAR to map. */
final class PciFunctionKernel implements Kernel, DeviceContext {
    static final String NAME = "0000:02:00.0";
    private static final int MAPPABLE = 7;
    private static final int READ_WRITE = 3;
    private static final int CAPABILITIES = 8;

    byte[] config = new byte[256];
    final List<String> log = new ArrayList<>();
    final LinuxHost host = LinuxHost.on(this);
    long barSize = 16L * host.pageSize();
    boolean msixMappable;
    int regions = 9;
    int flags = DeviceInfo.PCI | DeviceInfo.RESET;
    AttachOptions options = AttachOptions.defaults();

    VfioPci open() {
        return VfioPci.open(this);
    }

    /** The command register. */
    int command() {
        return Byte.toUnsignedInt(config[4]);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        if (request == VfioRequests.DEVICE_RESET.number(abi())) {
            log.add("reset");
            return 0;
        }
        ByteBuffer struct = ProcessMemory.view(argument, ProcessMemory.view(argument, 4).getInt(0));
        if (request == VfioRequests.DEVICE_GET_INFO.number(abi())) {
            struct.putInt(4, flags).putInt(8, regions).putInt(12, 5);
        } else if (request == VfioRequests.DEVICE_GET_REGION_INFO.number(abi())) {
            return region(struct, struct.getInt(8));
        } else if (request == VfioRequests.DEVICE_GET_IRQ_INFO.number(abi())) {
            struct.putInt(4, 9).putInt(12, struct.getInt(8) == PciLayout.MSIX ? 4 : 0);
        }
        return 0;
    }

    private int region(ByteBuffer struct, int index) {
        switch (index) {
            case 0 -> bar(struct);
            case PciLayout.CONFIG_REGION -> struct.putInt(4, READ_WRITE).putLong(16, config.length);
            case PciLayout.VGA_REGION -> {
                return -Errno.EINVAL.number();
            }
            default -> struct.putInt(4, 0).putLong(16, 0);
        }
        return 0;
    }

    private void bar(ByteBuffer struct) {
        struct.putInt(4, MAPPABLE | (msixMappable ? CAPABILITIES : 0));
        struct.putInt(0, msixMappable ? 40 : 32).putLong(16, barSize).putLong(24, 1L << 40);
        if (msixMappable && struct.capacity() >= 40) {
            struct.putInt(12, 32).putShort(32, (short) 3).putShort(34, (short) 1).putInt(36, 0);
        }
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return refuse();
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        ProcessMemory.view(buffer, (int) count).put(0, config, (int) offset, (int) count);
        return count;
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        ProcessMemory.view(buffer, (int) count).get(0, config, (int) offset, (int) count);
        log.add("write 0x%x: 0x%x".formatted(offset, config[(int) offset]));
        return count;
    }

    @Override
    public Optional<HotReset> hotReset() {
        return Optional.empty();
    }

    @Override
    public List<VfioDevice> attached() {
        return List.of();
    }

    @Override
    public <T> T exclusively(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void release() {
        log.add("release");
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public DeviceNode node() {
        return new DeviceNode(
                PciProvider.NAME,
                NAME,
                "/sys/bus/pci/devices/" + NAME,
                "",
                Optional.of("vfio-pci"),
                OptionalInt.of(12),
                Optional.empty(),
                List.of());
    }

    @Override
    public int descriptor() {
        return 1_000_000;
    }

    @Override
    public AttachOptions options() {
        return options;
    }

    @Override
    public AddressSpace addressSpace() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String backend() {
        return "scripted";
    }

    @Override
    public String backendReason() {
        return "it is the only one";
    }

    @Override
    public String name() {
        return "one PCI function";
    }

    @Override
    public Abi abi() {
        return Abi.host();
    }

    @Override
    public FileTree files() {
        return new FakeSysfs();
    }

    @Override
    public Sockets sockets() {
        throw new IllegalStateException("no test asks for them");
    }

    @Override
    public int open(String path, int flags) {
        return refuse();
    }

    @Override
    public int close(int fd) {
        return refuse();
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return refuse();
    }

    @Override
    public int munmap(long address, long length) {
        return refuse();
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return refuse();
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return refuse();
    }

    @Override
    public int eventfd(int initial, int flags) {
        return refuse();
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return refuse();
    }

    private static int refuse() {
        return -Errno.ENOSYS.number();
    }
}
