// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import org.jvfio.IovaRange;
import org.jvfio.linux.uapi.DmaLoggingControl;
import org.jvfio.linux.uapi.DmaLoggingReport;
import org.jvfio.spi.DmaLogging;

/**
 * A device's own log of what it writes.
 *
 * <p>Source: {@code VFIO_DEVICE_FEATURE_DMA_LOGGING_START} and its neighbours.
 */
public final class DeviceDmaLog implements DmaLogging {
    private final DeviceFd file;
    private final String name;
    private final DmaLoggingReport report = new DmaLoggingReport();

    private DeviceDmaLog(DeviceFd file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * The log of a device that can keep one; the kernel is asked.
     *
     * @param name the device's, for messages
     */
    public static Optional<DmaLogging> of(DeviceFd file, String name) {
        try {
            file.feature(DmaLoggingControl.probe());
            return Optional.of(new DeviceDmaLog(file, name));
        } catch (KernelException refused) {
            if (refused.errno().equals(Errno.ENOTTY) || refused.errno().equals(Errno.EINVAL)) {
                return Optional.empty();
            }
            throw refused.about(name + " DMA logging");
        }
    }

    @Override
    public void start(List<IovaRange> ranges, long pageSize) {
        try {
            file.feature(DmaLoggingControl.start(ranges, pageSize));
        } catch (KernelException refused) {
            throw refused.about(name + " DMA logging of " + ranges);
        }
    }

    @Override
    public void stop() {
        try {
            file.feature(DmaLoggingControl.stop());
        } catch (KernelException refused) {
            throw refused.about(name + " end of DMA logging");
        }
    }

    @Override
    public void collect(long first, long length, long pageSize, long bitmap) {
        try {
            file.feature(report.of(first, length, pageSize, bitmap));
        } catch (KernelException refused) {
            throw refused.about(IovaRange.of(first, length) + " of the DMA log of " + name);
        }
    }
}
