// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Set;
import org.jvfio.ProviderStatus;
import org.jvfio.linux.BackendNode;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.SpiVersion;

/**
 * Provides VFIO containers and groups ({@code /dev/vfio/vfio}) with the type 1 IOMMU interface.
 *
 * <p>Options: {@code legacy.container}, another container's path, {@code /dev/iommu} for the one
 * that iommufd offers; {@code legacy.iommu}, {@code type1v2} (the default) or {@code type1}.
 */
public final class LegacyProvider implements BackendProvider {
    static final String NAME = "legacy";

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
    public Set<String> options() {
        return ContainerChoice.OPTIONS;
    }

    @Override
    public ProviderStatus status(BackendContext context) {
        Kernel kernel = LinuxHost.of(context.host()).kernel();
        ContainerChoice choice = ContainerChoice.of(context.options());
        return new BackendNode(kernel.files(), NAME, choice.path())
                .obstacle(
                        "vfio_iommu_type1 (modprobe vfio-pci), in a kernel with"
                                + " CONFIG_VFIO_CONTAINER and CONFIG_VFIO_IOMMU_TYPE1",
                        "that of /dev/vfio/vfio is 0666")
                .orElseGet(() -> status(kernel, choice));
    }

    private static ProviderStatus status(Kernel kernel, ContainerChoice choice) {
        String container = choice.path();
        try {
            return isPowers(kernel, choice)
                    ? ProviderStatus.unusable(
                            NAME,
                            container
                                    + " has POWER's IOMMU and no "
                                    + choice.typeName()
                                    + ": the backend is spapr")
                    : ProviderStatus.usable(NAME, container + " is there and may be opened");
        } catch (KernelException refused) {
            return ProviderStatus.unusable(
                    NAME, String.valueOf(refused.about(container).getMessage()));
        }
    }

    /** Whether containers have the IOMMU of POWER and not the one that was asked for. */
    private static boolean isPowers(Kernel kernel, ContainerChoice choice) throws KernelException {
        try (ContainerFd container = ContainerFd.open(kernel, choice.path())) {
            return !container.hasExtension(choice.type())
                    && (container.hasExtension(VfioRequests.SPAPR_TCE_V2_IOMMU)
                            || container.hasExtension(VfioRequests.SPAPR_TCE_IOMMU));
        }
    }

    @Override
    public Backend open(BackendContext context) {
        return new LegacyBackend(
                LinuxHost.of(context.host()).kernel(),
                ContainerChoice.of(context.options()),
                context.kvm());
    }
}
