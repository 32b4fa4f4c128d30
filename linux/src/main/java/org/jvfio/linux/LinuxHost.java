// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import org.jvfio.Descriptor;
import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.spi.DescriptorPassing;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.NativeMemory;

/**
 * A host whose kernel is reached through a {@link Kernel}: this machine's, or a simulated one.
 *
 * <p>Backends and buses for Linux find their kernel with {@link #of(Host)}.
 */
public final class LinuxHost implements Host {
    private final Kernel kernel;
    private final boolean simulated;
    private final int pageSize;
    private final MemoryMaps memory;

    private LinuxHost(Kernel kernel, boolean simulated, int pageSize) {
        this.kernel = kernel;
        this.simulated = simulated;
        this.pageSize = pageSize;
        this.memory = new MemoryMaps(kernel, pageSize);
    }

    /**
     * The machine that this JVM runs on.
     *
     * @throws IllegalStateException if jvfio does not know its architecture
     */
    public static LinuxHost real() {
        return on(NativeBinding.kernel(new RealFileTree()));
    }

    /** A host with a simulated kernel that has pages of this machine's size. */
    public static LinuxHost simulated(Kernel kernel) {
        return simulated(kernel, PageSize.OF_THIS_MACHINE);
    }

    /**
     * A host with a simulated kernel.
     *
     * @param pageSize of its memory, in bytes: a power of two, and no less than this machine's
     */
    public static LinuxHost simulated(Kernel kernel, int pageSize) {
        if (Integer.bitCount(pageSize) != 1 || pageSize < PageSize.OF_THIS_MACHINE) {
            throw new IllegalArgumentException(
                    "pages of %d bytes: a power of two from %d on"
                            .formatted(pageSize, PageSize.OF_THIS_MACHINE));
        }
        return new LinuxHost(kernel, true, pageSize);
    }

    /** This machine, with somebody's own kernel in front: one that counts, traces or fails. */
    public static LinuxHost on(Kernel kernel) {
        return new LinuxHost(kernel, false, PageSize.OF_THIS_MACHINE);
    }

    /**
     * The Linux host that {@code host} is.
     *
     * @throws VfioException if it is something else
     */
    public static LinuxHost of(Host host) {
        if (host instanceof LinuxHost linux) {
            return linux;
        }
        throw new VfioException(host.name(), "use", "this provider works on Linux hosts only");
    }

    /** The host's system calls. */
    public Kernel kernel() {
        return kernel;
    }

    /** Where the host's memory is mapped from. */
    public MemoryMaps memory() {
        return memory;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public boolean simulated() {
        return simulated;
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public KvmFiles kvm(Descriptor vm) {
        return KvmMachine.of(kernel, vm);
    }

    @Override
    public KvmFiles kvmDevice(Descriptor device) {
        return KvmMachine.ofDevice(kernel, device);
    }

    @Override
    public NativeMemory allocate(long bytes) {
        return memory.anonymous(bytes);
    }

    @Override
    public NativeMemory allocateHugePages(long bytes, long pageBytes) {
        return memory.hugePages(bytes, pageBytes);
    }

    @Override
    public void populate(long address, long bytes) {
        if ((address | bytes) % pageSize != 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at 0x%x: not whole pages of 0x%x bytes"
                            .formatted(bytes, address, pageSize));
        }
        if (address < 0 || bytes <= 0 || address + bytes < 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at 0x%x: not memory of this process".formatted(bytes, address));
        }
        Population.of(kernel, address, bytes, Runtime.getRuntime().availableProcessors());
    }

    @Override
    public Optional<DescriptorPassing> descriptorPassing() {
        return Optional.of(new UnixSocketPassing(kernel));
    }

    @Override
    public String toString() {
        return name();
    }
}
