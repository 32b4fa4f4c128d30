// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The API of jvfio, the SPI that its providers implement, and the generic code between them. */
@NullMarked
module org.jvfio {
    requires static org.jspecify;

    exports org.jvfio;
    exports org.jvfio.device;
    exports org.jvfio.spi;

    uses org.jvfio.spi.BackendProvider;
    uses org.jvfio.spi.BusProvider;
    uses org.jvfio.spi.HostProvider;
}
