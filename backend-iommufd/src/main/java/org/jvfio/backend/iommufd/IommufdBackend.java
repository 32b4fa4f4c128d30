// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.Iommufd;
import org.jvfio.PinnedMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.SysfsDevice;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * iommufd in the use of one session.
 *
 * <p>Devices that come without an object of their own share one, which is open while any of them
 * is.
 */
final class IommufdBackend implements Backend, IommufdObjects {
    private final Kernel kernel;

    /** How the kernel names files of devices that no IOMMU stands behind. */
    private static final String UNPROTECTED = "noiommu-";

    private final Optional<KvmFiles> kvm;
    private final BoundDevices passed = new BoundDevices();
    private @Nullable IommufdObject shared;

    IommufdBackend(Kernel kernel, Optional<KvmFiles> kvm) {
        this.kernel = kernel;
        this.kvm = kvm;
    }

    @Override
    public Optional<String> obstacle(DeviceNode node, AttachOptions options) {
        FileTree files = kernel.files();
        if (SysfsDevice.list(files, node.path() + "/vfio-dev").stream()
                .anyMatch(file -> file.startsWith(UNPROTECTED))) {
            return Optional.of("no IOMMU stands behind it; only the legacy backend takes it so");
        }
        if (options.descriptor().isPresent()) {
            return Optional.empty();
        }
        if (node.cdev().isEmpty()) {
            return Optional.of(
                    files.exists(node.path() + "/vfio-dev")
                            ? "sysfs has its vfio-dev, but there is no node in /dev/vfio/devices:"
                                    + " is udev or devtmpfs at work, and the kernel built with"
                                    + " CONFIG_VFIO_DEVICE_CDEV?"
                            : "it has no character device: the kernel needs"
                                    + " CONFIG_VFIO_DEVICE_CDEV (Linux 6.6 or newer), and the"
                                    + " device its vfio driver");
        }
        String path = node.cdev().get();
        return files.mayReadAndWrite(path)
                ? Optional.empty()
                : Optional.of(
                        path
                                + ": no permission to read and write it; change its mode or owner"
                                + " with a udev rule");
    }

    @Override
    public PinnedMemory pinnedMemory() {
        return new LockedMemory(kernel).throughIommufd();
    }

    /** An IOAS takes as many mappings as there is memory for. */
    @Override
    public DmaBudget budget(DmaDemand demand) {
        PinnedMemory pinned = pinnedMemory();
        return new DmaBudget(
                demand,
                demand.totalBytes(),
                pinned,
                OptionalInt.empty(),
                LockedMemory.shortfall(pinned, demand).stream().toList());
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        IommufdObject object =
                options.iommufd().map(given -> ours(given, node)).orElseGet(this::shared);
        try {
            return IommufdAttachment.open(kernel, node, object, passed, options, kvm);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, object::closeIfShared);
        }
    }

    private IommufdObject ours(Iommufd given, DeviceNode node) {
        if (given instanceof IommufdObject object && object.belongsTo(this)) {
            return object;
        }
        throw new IllegalArgumentException(
                node.name() + ": the iommufd object comes from another session");
    }

    private IommufdObject shared() {
        if (shared == null || shared.isClosed()) {
            shared = IommufdObject.open(this, kernel, true, object -> {});
        }
        return shared;
    }

    @Override
    public Optional<IommufdObjects> iommufdObjects() {
        return Optional.of(this);
    }

    @Override
    public Iommufd open(Consumer<Iommufd> closed) {
        return IommufdObject.open(this, kernel, false, closed);
    }

    @Override
    public Iommufd of(Descriptor descriptor, Consumer<Iommufd> closed) {
        try {
            return IommufdObject.of(this, kernel, descriptor, closed);
        } catch (KernelException refused) {
            throw new VfioException(
                    "descriptor " + descriptor.number(),
                    refused.request(),
                    refused.errno().number(),
                    refused.errno() + ": not an open " + IommufdProvider.IOMMU,
                    refused);
        }
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
