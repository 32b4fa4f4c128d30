// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import org.jvfio.Host;
import org.jvfio.ProviderStatus;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.SpiVersion;

/** Provides VFIO containers and groups ({@code /dev/vfio/vfio}) with the type 1 IOMMU interface. */
public final class LegacyProvider implements BackendProvider {
    static final String NAME = "legacy";
    static final String CONTAINER = "/dev/vfio/vfio";

    private static final int AFTER_IOMMUFD = 20;

    /** For {@link java.util.ServiceLoader}. */
    public LegacyProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public int preference() {
        return AFTER_IOMMUFD;
    }

    @Override
    public ProviderStatus status(Host host) {
        FileTree files = LinuxHost.of(host).kernel().files();
        if (!files.exists(CONTAINER)) {
            return ProviderStatus.unusable(
                    NAME,
                    CONTAINER
                            + " is missing: load the module vfio_iommu_type1 (modprobe vfio-pci), in"
                            + " a kernel with CONFIG_VFIO_CONTAINER and CONFIG_VFIO_IOMMU_TYPE1");
        }
        if (!files.mayReadAndWrite(CONTAINER)) {
            return ProviderStatus.unusable(
                    NAME, CONTAINER + ": no permission to read and write it; its mode is 0666");
        }
        return ProviderStatus.usable(NAME, CONTAINER + " is there and may be opened");
    }

    @Override
    public Backend open(Host host) {
        return new LegacyBackend(LinuxHost.of(host).kernel());
    }
}
