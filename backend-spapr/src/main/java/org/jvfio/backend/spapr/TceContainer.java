// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.Access;
import org.jvfio.DmaWindow;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupContainer;
import org.jvfio.linux.GroupDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.OpenGroup;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.spi.DmaWindows;
import org.jvfio.spi.MemoryRegistration;
import org.jvfio.spi.Teardown;

/**
 * A container with POWER's IOMMU and one group, a partitionable endpoint.
 *
 * <p>Version 2 takes more groups, but error handling wants one, and a pseries kernel takes a second
 * and then refuses every window ({@code EPERM}, Linux 7.3).
 */
final class TceContainer implements GroupContainer {
    static final String PATH = "/dev/vfio/vfio";

    private final ContainerFd file;
    private final TceVersion version;
    private final TceWindows windows;
    private final Optional<MemoryRegistration> registration;
    private final Type1DmaMap mapping = new Type1DmaMap();
    private final Type1DmaUnmap unmapping = new Type1DmaUnmap();

    private TceContainer(ContainerFd file, TceVersion version, TceWindows windows) {
        this.file = file;
        this.version = version;
        this.windows = windows;
        this.registration =
                version == TceVersion.V2
                        ? Optional.of(new TceRegistration(file))
                        : Optional.empty();
    }

    /** A new container with the device's group in it and its IOMMU set. */
    static TceContainer open(LinuxHost host, List<TceVersion> versions, GroupDevice device) {
        OpenGroup group = device.group();
        String object = device.object();
        ContainerFd file = ContainerFd.openKnown(host.kernel(), PATH);
        try {
            group.enter(file);
            TceVersion version = setIommu(file, versions, device);
            TceWindows windows = new TceWindows(file, file.tceInfo(), host.pageSize());
            TceContainer container = new TceContainer(file, version, windows);
            container.enable(object);
            group.entered(container);
            return container;
        } catch (KernelException refused) {
            throw giveUp(refused.about(object), group, file);
        } catch (RuntimeException refused) {
            throw giveUp(refused, group, file);
        }
    }

    private static <E extends RuntimeException> E giveUp(
            E refused, OpenGroup group, ContainerFd file) {
        Teardown.after(refused, group::leaveContainer);
        return Teardown.after(refused, file::close);
    }

    /** The first that the group's host bridge can. */
    private static TceVersion setIommu(
            ContainerFd file, List<TceVersion> versions, GroupDevice device)
            throws KernelException {
        KernelException last = null;
        for (TceVersion version : versions) {
            if (file.hasExtension(version.number())) {
                try {
                    file.setIommu(version.number());
                    return version;
                } catch (KernelException refused) {
                    last = refused;
                }
            }
        }
        if (last != null) {
            throw last.about(device.object(), setAdvice(last.errno(), versions, device));
        }
        throw new VfioException(
                file.path(),
                "VFIO_CHECK_EXTENSION",
                "no "
                        + versions.get(0).kernelName()
                        + ": load the module vfio_iommu_spapr_tce; elsewhere than on POWER the"
                        + " backend is legacy or iommufd");
    }

    private static String setAdvice(Errno errno, List<TceVersion> versions, GroupDevice device) {
        if (errno.equals(Errno.EINVAL) && device.isMediated()) {
            return "POWER's IOMMU takes no mediated device, behind which there is no host bridge";
        }
        return errno.equals(Errno.EINVAL) && versions.equals(List.of(TceVersion.V2))
                ? "its host bridge makes no windows; " + TceVersion.OPTION + "=v1 needs none"
                : errno.meaning();
    }

    /** Version 1 counts its window as locked memory before anything is mapped. */
    private void enable(String object) {
        if (version == TceVersion.V1) {
            try {
                file.enable();
            } catch (KernelException refused) {
                long bytes = windows.first().get(0).range().length();
                throw refused.about(
                        object,
                        refused.errno().equals(Errno.ENOMEM)
                                ? new LockedMemory(file.kernel()).advice(bytes)
                                : refused.errno().meaning());
            }
        }
    }

    /** The opposite of what version 1 began with, before the group leaves. */
    @Override
    public void beforeLeaving() {
        if (version == TceVersion.V1) {
            try {
                file.disable();
            } catch (KernelException refused) {
                throw refused.about(file.path());
            }
        }
    }

    @Override
    public ContainerFd file() {
        return file;
    }

    @Override
    public String name() {
        return file.path();
    }

    @Override
    public List<IovaRange> apertures() {
        return windows.first().stream().map(DmaWindow::range).toList();
    }

    @Override
    public long pageSizes() {
        return windows.pageSizes() | windows.first().get(0).pageSize();
    }

    @Override
    public boolean nestingParentBypassesReadOnly() {
        return false;
    }

    /** A window has room for all of its pages. */
    @Override
    public OptionalInt mappingsLeft() {
        return OptionalInt.empty();
    }

    @Override
    public Optional<DmaWindows> dmaWindows() {
        return Optional.of(windows);
    }

    @Override
    public Optional<MemoryRegistration> memoryRegistration() {
        return registration;
    }

    @Override
    public void map(IovaRange range, long vaddr, Access access) {
        int flags =
                (access.readable() ? Type1DmaMap.READ : 0)
                        | (access.writable() ? Type1DmaMap.WRITE : 0);
        try {
            file.map(mapping.set(range.first(), vaddr, range.length(), flags));
        } catch (KernelException refused) {
            throw refused.about(range + " on " + file.path(), mapAdvice(refused.errno(), vaddr));
        }
    }

    private String mapAdvice(Errno errno, long vaddr) {
        String from = ", from vaddr 0x" + Long.toHexString(vaddr);
        if (errno.equals(Errno.EINVAL)) {
            return "the pages of the window may be larger than those of the memory (huge pages"
                    + " help, or a window of smaller pages)"
                    + from;
        }
        if (errno.equals(Errno.EFAULT)) {
            return "not all of it is memory of this process that it may write" + from;
        }
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(file.kernel()).advice(windows.firstTableBytes());
        }
        return errno.meaning();
    }

    @Override
    public long unmap(IovaRange range) {
        try {
            return file.unmap(unmapping.set(range.first(), range.length(), 0));
        } catch (KernelException refused) {
            throw refused.about(range + " on " + file.path());
        }
    }

    /** The windows are never all in one request. */
    @Override
    public long unmapAll() {
        throw new IllegalStateException("unmapped one mapping at a time");
    }

    @Override
    public Optional<String> dirtyTrackingObstacle() {
        return Optional.of("POWER's IOMMU does not either");
    }

    @Override
    public void close() {
        file.close();
    }
}
