// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.util.OptionalLong;
import org.jvfio.VfioException;
import org.jvfio.linux.KernelDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.CcwCmdRegion;
import org.jvfio.linux.uapi.CcwCrwRegion;
import org.jvfio.linux.uapi.CcwIoRegion;
import org.jvfio.linux.uapi.CcwSchibRegion;
import org.jvfio.linux.uapi.RegionInfo;

/**
 * Where the regions of a subchannel are in the device's file.
 *
 * @param io of the I/O region
 * @param command of the region to halt and clear with, if there is one
 * @param schib of the region to store the subchannel with, if there is one
 * @param report of the region of channel reports, if there is one
 */
record CcwRegions(long io, OptionalLong command, OptionalLong schib, OptionalLong report) {
    private static final String REQUEST = "VFIO_DEVICE_GET_REGION_INFO";

    /**
     * Asks the kernel.
     *
     * @throws VfioException if the I/O region is not there, or a region has another size than the
     *     interface says
     */
    static CcwRegions of(KernelDevice device) {
        try {
            if (device.regionCount() == 0) {
                throw new VfioException(
                        device.name(),
                        REQUEST,
                        "no regions: a subchannel has an I/O region at least");
            }
            RegionInfo io = device.file().region(CcwLayout.IO_REGION);
            checkSize(device, "I/O region", io, CcwIoRegion.SIZE);
            return new CcwRegions(
                    io.offset(),
                    find(device, "command region", CcwCmdRegion.SUBTYPE, CcwCmdRegion.SIZE),
                    find(device, "schib region", CcwSchibRegion.SUBTYPE, CcwSchibRegion.SIZE),
                    find(device, "crw region", CcwCrwRegion.SUBTYPE, CcwCrwRegion.SIZE));
        } catch (KernelException refused) {
            throw refused.about(device.name());
        }
    }

    private static OptionalLong find(KernelDevice device, String name, int subtype, int size)
            throws KernelException {
        RegionInfo.Type wanted = new RegionInfo.Type(RegionInfo.TYPE_CCW, subtype);
        for (int i = CcwLayout.IO_REGION + 1; i < device.regionCount(); i++) {
            RegionInfo info = device.file().region(i);
            if (info.type().filter(wanted::equals).isPresent()) {
                checkSize(device, name, info, size);
                return OptionalLong.of(info.offset());
            }
        }
        return OptionalLong.empty();
    }

    private static void checkSize(KernelDevice device, String name, RegionInfo info, int size) {
        if (info.size() != size) {
            throw new VfioException(
                    device.name() + " " + name,
                    REQUEST,
                    "%d bytes where linux/vfio_ccw.h has %d; the driver is newer than this jvfio"
                            .formatted(info.size(), size));
        }
    }
}
