// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The bus type for platform devices (vfio-platform). */
@NullMarked
module org.jvfio.device.platform {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BusProvider with
            org.jvfio.device.platform.PlatformProvider;
}
