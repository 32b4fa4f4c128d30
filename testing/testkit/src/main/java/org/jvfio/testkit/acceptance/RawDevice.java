// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import org.jspecify.annotations.Nullable;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.GroupFd;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.spi.Teardown;

/**
 * A device opened by its files alone, for requests that the SDK above does not let through.
 *
 * <p><b>Failure.</b> {@link KernelException}, with the kernel's own answer.
 */
final class RawDevice implements AutoCloseable {
    private final Teardown closing = new Teardown();
    private final Runnable[] steps;
    private final DeviceFd device;
    private final Tables tables;

    /** Page tables, in the words of the file that they belong to. */
    private interface Tables {
        void map(long iova, long vaddr, long size) throws KernelException;

        long unmap(long iova, long size) throws KernelException;
    }

    private RawDevice(DeviceFd device, Tables tables, Runnable... steps) {
        this.device = device;
        this.tables = tables;
        this.steps = steps;
    }

    static RawDevice open(Kernel kernel, IommuMode mode, PciAddress address)
            throws KernelException {
        return mode.hasContainer()
                ? ofGroup(kernel, mode, address.name())
                : ofCdev(kernel, mode, address.name());
    }

    private static RawDevice ofGroup(Kernel kernel, IommuMode mode, String name)
            throws KernelException {
        ContainerFd container = ContainerFd.open(kernel, mode.path());
        @Nullable GroupFd group = null;
        try {
            group = GroupFd.open(kernel, CharacterDevices.group(kernel, name));
            group.setContainer(container);
            container.setIommu(mode.type());
            DeviceFd device = group.openDevice(name);
            return new RawDevice(
                    device,
                    new ContainerTables(container),
                    device::close,
                    group::close,
                    container::close);
        } catch (KernelException refused) {
            if (group != null) {
                group.close();
            }
            container.close();
            throw refused;
        }
    }

    private static RawDevice ofCdev(Kernel kernel, IommuMode mode, String name)
            throws KernelException {
        IommuFd iommu = IommuFd.open(kernel, mode.path());
        @Nullable DeviceFd device = null;
        try {
            device = DeviceFd.open(kernel, CharacterDevices.cdev(kernel, name));
            device.bind(iommu);
            int ioas = iommu.allocateIoas();
            device.attach(ioas);
            return new RawDevice(device, new IoasTables(iommu, ioas), device::close, iommu::close);
        } catch (KernelException refused) {
            if (device != null) {
                device.close();
            }
            iommu.close();
            throw refused;
        }
    }

    DeviceFd file() {
        return device;
    }

    void map(long iova, long vaddr, long size) throws KernelException {
        tables.map(iova, vaddr, size);
    }

    /** Answers how many bytes the kernel says it unmapped. */
    long unmap(long iova, long size) throws KernelException {
        return tables.unmap(iova, size);
    }

    @Override
    public void close() {
        for (Runnable step : steps) {
            closing.step(step);
        }
        closing.finish();
    }

    private record ContainerTables(ContainerFd file) implements Tables {
        @Override
        public void map(long iova, long vaddr, long size) throws KernelException {
            int flags = Type1DmaMap.READ | Type1DmaMap.WRITE;
            file.map(new Type1DmaMap().set(iova, vaddr, size, flags));
        }

        @Override
        public long unmap(long iova, long size) throws KernelException {
            return file.unmap(new Type1DmaUnmap().set(iova, size, 0));
        }
    }

    private record IoasTables(IommuFd file, int ioas) implements Tables {
        @Override
        public void map(long iova, long vaddr, long size) throws KernelException {
            int flags = IoasMap.FIXED_IOVA | IoasMap.READABLE | IoasMap.WRITEABLE;
            file.map(new IoasMap().set(ioas, iova, vaddr, size, flags));
        }

        @Override
        public long unmap(long iova, long size) throws KernelException {
            return file.unmap(new IoasUnmap().set(ioas, iova, size));
        }
    }
}
