// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.List;
import java.util.Set;
import org.jvfio.ProviderStatus;
import org.jvfio.linux.BackendNode;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.SpiVersion;

/**
 * Provides the sPAPR TCE IOMMU of POWER, through VFIO containers and groups ({@code
 * /dev/vfio/vfio}).
 *
 * <p>Option: {@code spapr.iommu}, {@code v2} or {@code v1}; without it the first that the group's
 * host bridge can.
 */
public final class SpaprProvider implements BackendProvider {
    static final String NAME = "spapr";

    private static final int AFTER_THE_OTHERS = 30;

    /** For {@link java.util.ServiceLoader}. */
    public SpaprProvider() {}

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
        return AFTER_THE_OTHERS;
    }

    @Override
    public Set<String> options() {
        return TceVersion.OPTIONS;
    }

    @Override
    public ProviderStatus status(BackendContext context) {
        List<TceVersion> wanted = TceVersion.wanted(context.options());
        Kernel kernel = LinuxHost.of(context.host()).kernel();
        return new BackendNode(kernel.files(), NAME, TceContainer.PATH)
                .obstacle(
                        "vfio_iommu_spapr_tce (modprobe vfio-pci), in a kernel with"
                                + " CONFIG_VFIO_CONTAINER and CONFIG_SPAPR_TCE_IOMMU",
                        "its usual mode is 0666")
                .orElseGet(() -> status(kernel, wanted));
    }

    private static ProviderStatus status(Kernel kernel, List<TceVersion> wanted) {
        try {
            return usable(kernel, wanted);
        } catch (KernelException refused) {
            return ProviderStatus.unusable(
                    NAME, String.valueOf(refused.about(TceContainer.PATH).getMessage()));
        }
    }

    private static ProviderStatus usable(Kernel kernel, List<TceVersion> wanted)
            throws KernelException {
        try (ContainerFd container = ContainerFd.open(kernel, TceContainer.PATH)) {
            for (TceVersion version : wanted) {
                if (container.hasExtension(version.number())) {
                    return ProviderStatus.usable(
                            NAME, TceContainer.PATH + " has " + version.kernelName());
                }
            }
        }
        return ProviderStatus.unusable(
                NAME,
                TceContainer.PATH
                        + " has no sPAPR TCE IOMMU, which is POWER's (in a kernel with"
                        + " CONFIG_SPAPR_TCE_IOMMU)");
    }

    @Override
    public Backend open(BackendContext context) {
        return new SpaprBackend(
                LinuxHost.of(context.host()), TceVersion.wanted(context.options()), context.kvm());
    }
}
