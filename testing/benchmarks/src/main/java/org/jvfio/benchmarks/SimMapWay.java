// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.Struct;
import org.jvfio.linux.uapi.AttachPt;
import org.jvfio.linux.uapi.BindIommufd;
import org.jvfio.linux.uapi.IoasAlloc;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.Type1DmaMap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.SimKernel;

/** Maps by the bare request on a kernel, with nothing around it. */
abstract class SimMapWay extends JavaMapWay implements AutoCloseable {
    private final Kernel kernel;
    private final int[] files;

    private SimMapWay(Kernel kernel, int... files) {
        this.kernel = kernel;
        this.files = files;
    }

    /** Opens the first device of a kernel. */
    static SimMapWay open(SimKernel kernel, String backend) {
        return backend.equals("legacy") ? legacy(kernel) : iommufd(kernel);
    }

    private static SimMapWay legacy(SimKernel kernel) {
        int container = descriptor(kernel, "/dev/vfio/vfio");
        int group = descriptor(kernel, "/dev/vfio/1");
        Struct joined = new Descriptor(container);
        call(kernel, group, VfioRequests.GROUP_SET_CONTAINER, joined);
        long version2 = VfioRequests.TYPE1V2_IOMMU;
        checked(kernel.ioctl(container, number(kernel, VfioRequests.SET_IOMMU), version2));
        return new Legacy(kernel, group, container);
    }

    private static SimMapWay iommufd(SimKernel kernel) {
        int iommu = descriptor(kernel, "/dev/iommu");
        int cdev = descriptor(kernel, "/dev/vfio/devices/vfio0");
        call(kernel, cdev, VfioRequests.DEVICE_BIND_IOMMUFD, new BindIommufd(iommu));
        IoasAlloc ioas = new IoasAlloc();
        call(kernel, iommu, IommufdRequests.IOAS_ALLOC, ioas);
        call(kernel, cdev, VfioRequests.DEVICE_ATTACH_IOMMUFD_PT, new AttachPt(ioas.ioas()));
        return new Iommufd(kernel, cdev, iommu, ioas.ioas());
    }

    private static int descriptor(Kernel kernel, String path) {
        return checked(kernel.open(path, Fcntl.O_RDWR));
    }

    private static long number(Kernel kernel, Ioctl request) {
        return request.number(kernel.abi());
    }

    private static void call(Kernel kernel, int fd, Ioctl request, Struct argument) {
        checked(kernel.ioctl(fd, number(kernel, request), argument.address()));
    }

    private static int checked(int result) {
        if (result < 0) {
            throw new IllegalStateException("a request failed: " + result);
        }
        return result;
    }

    @Override
    public void close() {
        for (int file : files) {
            kernel.close(file);
        }
    }

    private static final class Descriptor extends Struct {
        Descriptor(int value) {
            super(Integer.BYTES);
            bytes.putInt(0, value);
        }
    }

    private static final class Legacy extends SimMapWay {
        private final Kernel kernel;
        private final int container;
        private final Type1DmaMap map = new Type1DmaMap();
        private final Type1DmaUnmap unmap = new Type1DmaUnmap();

        Legacy(Kernel kernel, int group, int container) {
            super(kernel, group, container);
            this.kernel = kernel;
            this.container = container;
        }

        @Override
        void map(MapTarget target) {
            var range = target.range();
            int access = Type1DmaMap.READ | Type1DmaMap.WRITE;
            map.set(range.first(), target.vaddr(), range.length(), access);
            call(kernel, container, VfioRequests.IOMMU_MAP_DMA, map);
        }

        @Override
        void unmap(MapTarget target) {
            unmap.set(target.range().first(), target.range().length(), 0);
            call(kernel, container, VfioRequests.IOMMU_UNMAP_DMA, unmap);
        }
    }

    private static final class Iommufd extends SimMapWay {
        private final Kernel kernel;
        private final int iommu;
        private final int ioas;
        private final IoasMap map = new IoasMap();
        private final IoasUnmap unmap = new IoasUnmap();

        Iommufd(Kernel kernel, int cdev, int iommu, int ioas) {
            super(kernel, cdev, iommu);
            this.kernel = kernel;
            this.iommu = iommu;
            this.ioas = ioas;
        }

        @Override
        void map(MapTarget target) {
            var range = target.range();
            int flags = IoasMap.FIXED_IOVA | IoasMap.READABLE | IoasMap.WRITEABLE;
            map.set(ioas, range.first(), target.vaddr(), range.length(), flags);
            call(kernel, iommu, IommufdRequests.IOAS_MAP, map);
        }

        @Override
        void unmap(MapTarget target) {
            unmap.set(ioas, target.range().first(), target.range().length());
            call(kernel, iommu, IommufdRequests.IOAS_UNMAP, unmap);
        }
    }
}
