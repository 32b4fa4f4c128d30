// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.DetachPt;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.linux.uapi.DmaBufExport;
import org.jvfio.linux.uapi.IrqInfo;
import org.jvfio.linux.uapi.IrqSet;
import org.jvfio.linux.uapi.PciHotReset;
import org.jvfio.linux.uapi.PciHotResetInfo;
import org.jvfio.linux.uapi.RegionInfo;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * An open device: out of a group, or a character device {@code /dev/vfio/devices/vfioN}.
 *
 * <p>A character device answers little before {@link #bind}; {@code bind}, {@link #attach} and
 * {@link #detach} are for character devices alone.
 */
public final class DeviceFd extends KernelFile {
    private static final int USUAL_FUNCTIONS = 8;
    private static final int TRIES = 8;

    private DeviceFd(Kernel kernel, int fd, String path, boolean owned) {
        super(kernel, fd, path, owned);
    }

    /** Opens the character device at {@code path}. */
    public static DeviceFd open(Kernel kernel, String path) throws KernelException {
        return new DeviceFd(kernel, openDescriptor(kernel, path), path, true);
    }

    /** A device that somebody else opened and that is now ours to close. */
    public static DeviceFd own(Kernel kernel, int fd, String path) {
        return new DeviceFd(kernel, fd, path, true);
    }

    /** A device that somebody else opened and will close. */
    public static DeviceFd borrow(Kernel kernel, int fd, String path) {
        return new DeviceFd(kernel, fd, path, false);
    }

    /** Binds the device, for as long as it is open, and answers its id in {@code iommu}. */
    public int bind(IommuFd iommu) throws KernelException {
        return bind(iommu, BindIommufd::new);
    }

    /**
     * Binds a virtual function with the token of its physical function.
     *
     * @throws KernelException {@code EACCES} if it is another token, {@code EINVAL} before Linux
     *     6.18 and for a function that needs none
     */
    public int bind(IommuFd iommu, UUID token) throws KernelException {
        return bind(iommu, descriptor -> new BindIommufd(descriptor, token));
    }

    private int bind(IommuFd iommu, IntFunction<BindIommufd> ofDescriptor) throws KernelException {
        int descriptor = iommu.enter();
        try {
            BindIommufd binding = ofDescriptor.apply(descriptor);
            request(VfioRequests.DEVICE_BIND_IOMMUFD, binding);
            return binding.deviceId();
        } finally {
            iommu.leave();
        }
    }

    /** Attaches the bound device to an address space or page table, in place of the one before. */
    public void attach(int pageTableId) throws KernelException {
        request(VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, new AttachPt(pageTableId));
    }

    /** Detaches the device; afterwards it reaches no memory. */
    public void detach() throws KernelException {
        request(VfioRequests.DEVICE_DETACH_IOMMUFD_PT, new DetachPt());
    }

    /**
     * Asks for an optional feature of the device, or uses it.
     *
     * @throws KernelException {@code ENOTTY} if the device does not have it
     */
    public void feature(DeviceFeature feature) throws KernelException {
        request(VfioRequests.DEVICE_FEATURE, feature);
    }

    /**
     * Makes a file of a part of a BAR, for other devices to be given through an iommufd.
     *
     * @param offset into the region; whole pages, as {@code length}
     * @throws KernelException {@code ENOTTY} before Linux 6.19, without {@code
     *     CONFIG_VFIO_PCI_DMABUF}, and for devices that are not PCI functions; {@code EOPNOTSUPP}
     *     if the device's driver cannot; {@code ENODEV} if there is no such BAR
     */
    public DmaBufFd dmaBuf(int region, long offset, long length) throws KernelException {
        DeviceFeature export = DmaBufExport.of(region, offset, length);
        int descriptor = request(VfioRequests.DEVICE_FEATURE, export);
        return new DmaBufFd(kernel(), descriptor, path() + " region " + region + " (dma-buf)");
    }

    /** What kind of device this is, and how many indexes it has. */
    public DeviceInfo info() throws KernelException {
        return info(VfioRequests.DEVICE_GET_INFO, DeviceInfo::new);
    }

    /**
     * What the region {@code index} is.
     *
     * @throws KernelException {@code EINVAL} for an index that this kind of device never has
     */
    public RegionInfo region(int index) throws KernelException {
        return info(
                VfioRequests.DEVICE_GET_REGION_INFO, capacity -> new RegionInfo(index, capacity));
    }

    /**
     * What the interrupt index {@code index} is.
     *
     * @throws KernelException {@code EINVAL} for an index that this kind of device never has, and
     *     for some that this device does not have
     */
    public IrqInfo irq(int index) throws KernelException {
        IrqInfo info = new IrqInfo(index);
        request(VfioRequests.DEVICE_GET_IRQ_INFO, info);
        return info;
    }

    /**
     * Says where interrupts go, masks, unmasks or triggers them.
     *
     * @return 0, or how many vectors there could be where more were asked for and none was set
     */
    public int setIrqs(IrqSet set) throws KernelException {
        return request(VfioRequests.DEVICE_SET_IRQS, set);
    }

    /**
     * Resets the device. Its memory mappings stay.
     *
     * @throws KernelException {@code EAGAIN} while the kernel holds the device's lock for something
     *     else, as it may just after the device was opened: try again a little later; {@code
     *     ENOTTY} or {@code EINVAL} if this device has no reset
     */
    public void reset() throws KernelException {
        request(VfioRequests.DEVICE_RESET, 0);
    }

    /**
     * Which functions a hot reset of this PCI function takes down, itself among them.
     *
     * @throws KernelException {@code ENODEV} if no such reset reaches it, as on a root bus
     */
    public PciHotResetInfo hotResetInfo() throws KernelException {
        int room = USUAL_FUNCTIONS;
        for (int tries = 1; ; tries++) {
            PciHotResetInfo info = new PciHotResetInfo(room);
            try {
                request(VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, info);
                return info;
            } catch (KernelException refused) {
                if (!refused.errno().equals(Errno.ENOSPC)
                        || info.available() <= room
                        || tries == TRIES) {
                    throw refused;
                }
                room = info.available();
            }
        }
    }

    /**
     * Resets the bus or slot that this PCI function is on. The kernel saves configuration space
     * before and puts it back; interrupts and mapped regions stay.
     *
     * @param groups the groups of all functions of {@link #hotResetInfo}, each once; none for a
     *     device that is bound to an iommufd, which owns them all then
     * @throws KernelException {@code EINVAL} if some function is not proven to be the caller's, or
     *     has no vfio driver; {@code ENOTTY} if a function does not come back in time, {@code
     *     EAGAIN} while another reset is under way
     */
    public void hotReset(List<GroupFd> groups) throws KernelException {
        int entered = 0;
        try {
            int[] descriptors = new int[groups.size()];
            for (GroupFd group : groups) {
                descriptors[entered] = group.enter();
                entered++;
            }
            request(VfioRequests.DEVICE_PCI_HOT_RESET, new PciHotReset(descriptors));
        } finally {
            groups.subList(0, entered).forEach(KernelFile::leave);
        }
    }

    /**
     * Reads from the device's file at {@code offset}, which a {@link RegionInfo} tells.
     *
     * @param address where to, in this process
     * @return how many bytes were read, 0 to {@code count}
     */
    public long read(long offset, long address, long count) throws KernelException {
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().pread(descriptor, address, count, offset);
            } while (result == -Errno.EINTR.number());
            return check("pread", result);
        } finally {
            leave();
        }
    }

    /**
     * Writes to the device's file at {@code offset}, which a {@link RegionInfo} tells.
     *
     * @param address where from, in this process
     * @return how many bytes were written, 0 to {@code count}
     */
    public long write(long offset, long address, long count) throws KernelException {
        int descriptor = enter();
        try {
            long result;
            do {
                result = kernel().pwrite(descriptor, address, count, offset);
            } while (result == -Errno.EINTR.number());
            return check("pwrite", result);
        } finally {
            leave();
        }
    }

    /**
     * Maps a part of the device's file into this process.
     *
     * @param protection {@link Fcntl#PROT_READ} | {@link Fcntl#PROT_WRITE}
     * @return the address; the mapping outlives this file and is the caller's to unmap
     */
    public long map(long offset, long length, int protection) throws KernelException {
        int descriptor = enter();
        try {
            return check(
                    "mmap",
                    kernel().mmap(0, length, protection, Fcntl.MAP_SHARED, descriptor, offset));
        } finally {
            leave();
        }
    }
}
