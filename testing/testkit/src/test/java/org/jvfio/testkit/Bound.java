// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;

/** A device that is ready for use, through either interface. */
final class Bound {
    static final long CONFIG = 7L << 40;

    final Seam seam;
    final int device;
    final int group;
    final int table;
    final int ioas;

    private Bound(Seam seam, int device, int group, int table, int ioas) {
        this.seam = seam;
        this.device = device;
        this.group = group;
        this.table = table;
        this.ioas = ioas;
    }

    /** The interfaces there are. */
    enum Interface {
        LEGACY {
            @Override
            Bound bind(Seam seam, String name, int group) {
                return legacy(seam, name, group);
            }
        },
        IOMMUFD_COMPAT {
            @Override
            Bound bind(Seam seam, String name, int group) {
                return container(seam, "/dev/iommu", name, group);
            }
        },
        IOMMUFD {
            @Override
            Bound bind(Seam seam, String name, int group) {
                return iommufd(seam, name);
            }
        };

        abstract Bound bind(Seam seam, String name, int group);

        Bound edu(Seam seam) {
            return bind(seam, Seam.EDU, Seam.EDU_GROUP);
        }
    }

    static Bound legacy(Seam seam, String name, int number) {
        return container(seam, "/dev/vfio/vfio", name, number);
    }

    private static Bound container(Seam seam, String path, String name, int number) {
        int container = seam.open(path);
        int group = seam.open("/dev/vfio/" + number);
        assertEquals(0, seam.ioctl(group, VfioRequests.GROUP_SET_CONTAINER, Words.of(container)));
        assertEquals(0, seam.ioctl(container, VfioRequests.SET_IOMMU, VfioRequests.TYPE1V2_IOMMU));
        int device = deviceOf(seam, group, name);
        assertTrue(device >= 0, name + ": " + device);
        return new Bound(seam, seam.closing(device), group, container, -1);
    }

    /** A device of another group, in the same container. */
    Bound with(String name, int number) {
        int other = seam.open("/dev/vfio/" + number);
        assertEquals(0, seam.ioctl(other, VfioRequests.GROUP_SET_CONTAINER, Words.of(table)));
        int another = deviceOf(seam, other, name);
        assertTrue(another >= 0, name + ": " + another);
        return new Bound(seam, seam.closing(another), other, table, -1);
    }

    /** A device that is out of the group of a container. */
    static Bound on(Seam seam, int device, Type1 container) {
        return new Bound(seam, device, container.group, container.fd, -1);
    }

    static int deviceOf(Seam seam, int group, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        Words string = new Words(text.length / Integer.BYTES + 1).ascii(text);
        return seam.ioctl(group, VfioRequests.GROUP_GET_DEVICE_FD, string);
    }

    static String cdev(Seam seam, String name) {
        try {
            var files = seam.kernel.files();
            String folder = "/sys/bus/pci/devices/" + name + "/vfio-dev";
            return "/dev/vfio/devices/" + files.list(folder).get(0);
        } catch (KernelException e) {
            throw new AssertionError(e);
        }
    }

    static Bound iommufd(Seam seam, String name) {
        int iommu = seam.open("/dev/iommu");
        int device = seam.open(cdev(seam, name));
        assertEquals(
                0, seam.ioctl(device, VfioRequests.DEVICE_BIND_IOMMUFD, new BindIommufd(iommu)));
        IoasAlloc ioas = new IoasAlloc();
        assertEquals(0, seam.ioctl(iommu, IommufdRequests.IOAS_ALLOC, ioas));
        AttachPt attach = new AttachPt(ioas.ioas());
        assertEquals(0, seam.ioctl(device, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, attach));
        return new Bound(seam, device, -1, iommu, ioas.ioas());
    }

    /** A device that is attached to an address space of an open file. */
    static Bound to(IommuFile iommu, String name, int ioas) {
        int device = iommu.bound(name);
        assertTrue(iommu.attach(device, ioas) > 0);
        return new Bound(iommu.seam, device, -1, iommu.fd, ioas);
    }

    private boolean isLegacy() {
        return ioas < 0;
    }

    int map(long iova, long vaddr, long length, boolean read, boolean write) {
        if (isLegacy()) {
            int flags = (read ? Type1DmaMap.READ : 0) | (write ? Type1DmaMap.WRITE : 0);
            Type1DmaMap map = new Type1DmaMap().set(iova, vaddr, length, flags);
            return seam.ioctl(table, VfioRequests.IOMMU_MAP_DMA, map);
        }
        int flags =
                IoasMap.FIXED_IOVA
                        | (read ? IoasMap.READABLE : 0)
                        | (write ? IoasMap.WRITEABLE : 0);
        IoasMap map = new IoasMap().set(ioas, iova, vaddr, length, flags);
        return seam.ioctl(table, IommufdRequests.IOAS_MAP, map);
    }

    int map(long iova, long vaddr, long length) {
        return map(iova, vaddr, length, true, true);
    }

    int unmap(long iova, long length) {
        if (isLegacy()) {
            Type1DmaUnmap unmap = new Type1DmaUnmap().set(iova, length, 0);
            return seam.ioctl(table, VfioRequests.IOMMU_UNMAP_DMA, unmap);
        }
        IoasUnmap unmap = new IoasUnmap().set(ioas, iova, length);
        return seam.ioctl(table, IommufdRequests.IOAS_UNMAP, unmap);
    }

    long read(long offset, int width) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long address = ProcessMemory.addressOf(bytes);
        assertEquals(width, seam.kernel.pread(device, address, width, offset));
        return bytes.getLong(0);
    }

    void write(long offset, int width, long value) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, value);
        long address = ProcessMemory.addressOf(bytes);
        assertEquals(width, seam.kernel.pwrite(device, address, width, offset));
    }

    /** Turns memory decoding and bus mastering on. */
    Bound enabled() {
        write(CONFIG + 4, 2, 6);
        return this;
    }

    long mmap(long offset, long length) {
        return seam.kernel.mmap(
                0, length, Fcntl.PROT_READ | Fcntl.PROT_WRITE, Fcntl.MAP_SHARED, device, offset);
    }

    /** One DMA of an edu; waits until it is over. */
    void edu(long source, long destination, long count, int command) {
        write(0x80, 8, source);
        write(0x88, 8, destination);
        write(0x90, 8, count);
        write(0x98, 8, command | 1);
        long deadline = System.nanoTime() + 10_000_000_000L;
        while ((read(0x98, 8) & 1) != 0) {
            assertTrue(System.nanoTime() < deadline, "DMA is not over");
            Thread.onSpinWait();
        }
    }
}
