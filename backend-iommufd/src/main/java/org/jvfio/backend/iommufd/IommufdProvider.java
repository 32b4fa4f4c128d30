// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.Set;
import java.util.regex.Pattern;
import org.jvfio.ProviderStatus;
import org.jvfio.linux.BackendNode;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.SpiVersion;

/** Provides iommufd ({@code /dev/iommu}) with the character devices of VFIO. */
public final class IommufdProvider implements BackendProvider {
    static final String NAME = "iommufd";
    static final String IOMMU = "/dev/iommu";

    private static final int FIRST_CHOICE = 10;

    private static final String REGISTERED = "/proc/devices";
    private static final Pattern GROUPS = Pattern.compile("(?m)^ *\\d+ vfio$");
    private static final Pattern DEVICES = Pattern.compile("(?m)^ *\\d+ vfio-dev$");

    /** For {@link java.util.ServiceLoader}. */
    public IommufdProvider() {}

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
        return FIRST_CHOICE;
    }

    @Override
    public Set<String> options() {
        return Set.of();
    }

    @Override
    public ProviderStatus status(BackendContext context) {
        FileTree files = LinuxHost.of(context.host()).kernel().files();
        return new BackendNode(files, NAME, IOMMU)
                .obstacle(
                        "iommufd, in a kernel with CONFIG_IOMMUFD (Linux 6.2 or newer)",
                        "change its mode or owner with a udev rule")
                .orElseGet(() -> status(files));
    }

    private static ProviderStatus status(FileTree files) {
        if (hasNoCharacterDevices(files)) {
            return ProviderStatus.unusable(
                    NAME,
                    "this kernel makes no character devices for VFIO: it has no"
                            + " CONFIG_VFIO_DEVICE_CDEV, which cannot be had with POWER's"
                            + " CONFIG_SPAPR_TCE_IOMMU");
        }
        return ProviderStatus.usable(NAME, IOMMU + " is there and may be opened");
    }

    /** Whether VFIO is loaded, with groups, and registered no character devices of devices. */
    private static boolean hasNoCharacterDevices(FileTree files) {
        if (!files.exists(REGISTERED)) {
            return false;
        }
        try {
            String registered = files.read(REGISTERED);
            return GROUPS.matcher(registered).find() && !DEVICES.matcher(registered).find();
        } catch (KernelException unreadable) {
            return false;
        }
    }

    @Override
    public boolean takesDescriptors() {
        return true;
    }

    @Override
    public Backend open(BackendContext context) {
        return new IommufdBackend(LinuxHost.of(context.host()).kernel(), context.kvm());
    }
}
