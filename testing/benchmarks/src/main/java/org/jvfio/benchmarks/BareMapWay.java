// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * Maps with the bare call and nothing around it: a struct in a direct buffer, and the request.
 * {@code src/main/c/map.c} draws the structs.
 */
final class BareMapWay extends JavaMapWay {
    private static final int ROOM = 40;
    private static final int TYPE1_READ_WRITE = 3;
    private static final int IOAS_FIXED_READ_WRITE = 7;

    private final ByteBuffer struct =
            ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    private final long address = ProcessMemory.addressOf(struct);
    private final int fd;
    private final int ioas;
    private final long mapRequest;
    private final long unmapRequest;

    BareMapWay(PageTablesInC tables) {
        this.fd = tables.fd();
        this.ioas = tables.ioas();
        boolean legacy = ioas == 0;
        mapRequest = number(legacy ? VfioRequests.IOMMU_MAP_DMA : IommufdRequests.IOAS_MAP);
        unmapRequest = number(legacy ? VfioRequests.IOMMU_UNMAP_DMA : IommufdRequests.IOAS_UNMAP);
    }

    private static long number(Ioctl request) {
        return request.number(Abi.host());
    }

    @Override
    void map(MapTarget target) {
        if (ioas == 0) {
            struct.putInt(0, 32).putInt(4, TYPE1_READ_WRITE);
            struct.putLong(8, target.vaddr());
            struct.putLong(16, target.range().first());
            struct.putLong(24, target.range().length());
        } else {
            struct.putInt(0, 40).putInt(4, IOAS_FIXED_READ_WRITE).putInt(8, ioas).putInt(12, 0);
            struct.putLong(16, target.vaddr());
            struct.putLong(24, target.range().length());
            struct.putLong(32, target.range().first());
        }
        check(BareCall.ioctl(fd, mapRequest, address));
    }

    @Override
    void unmap(MapTarget target) {
        struct.putInt(0, 24).putInt(4, ioas);
        struct.putLong(8, target.range().first());
        struct.putLong(16, target.range().length());
        check(BareCall.ioctl(fd, unmapRequest, address));
    }

    private static void check(int result) {
        if (result < 0) {
            throw new IllegalStateException("a request failed");
        }
    }
}
