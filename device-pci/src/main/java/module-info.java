// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The bus type for PCI devices (vfio-pci). */
@NullMarked
module org.jvfio.device.pci {
    requires org.jvfio;
    requires org.jvfio.linux;
    requires static org.jspecify;

    provides org.jvfio.spi.BusProvider with
            org.jvfio.device.pci.PciProvider;
}
