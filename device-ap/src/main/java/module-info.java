// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The bus type for s390x crypto adapters (vfio-ap). */
@NullMarked
module org.jvfio.device.ap {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BusProvider with
            org.jvfio.device.ap.ApProvider;
}
