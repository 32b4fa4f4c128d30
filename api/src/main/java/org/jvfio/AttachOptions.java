// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a device is attached, where the defaults do not fit.
 *
 * <p>Immutable: each method returns changed options.
 *
 * <pre>{@code
 * space.attach(address, AttachOptions.defaults().backend("legacy"));
 * }</pre>
 */
public final class AttachOptions {
    private static final AttachOptions DEFAULTS =
            new AttachOptions(null, null, null, true, null, false);

    private final @Nullable String backend;
    private final @Nullable Iommufd iommufd;
    private final @Nullable Descriptor descriptor;
    private final boolean busMaster;
    private final @Nullable UUID vfToken;
    private final boolean unsafeNoIommu;

    private AttachOptions(
            @Nullable String backend,
            @Nullable Iommufd iommufd,
            @Nullable Descriptor descriptor,
            boolean busMaster,
            @Nullable UUID vfToken,
            boolean unsafeNoIommu) {
        this.backend = backend;
        this.iommufd = iommufd;
        this.descriptor = descriptor;
        this.busMaster = busMaster;
        this.vfToken = vfToken;
        this.unsafeNoIommu = unsafeNoIommu;
    }

    /** The best backend that the device can use, and bus mastering on. */
    public static AttachOptions defaults() {
        return DEFAULTS;
    }

    /** With this backend and no other: {@code "iommufd"}, {@code "legacy"}. */
    public AttachOptions backend(String name) {
        return new AttachOptions(name, iommufd, descriptor, busMaster, vfToken, unsafeNoIommu);
    }

    /** Through this iommufd object, which implies the backend {@code "iommufd"}. */
    public AttachOptions iommufd(Iommufd object) {
        return new AttachOptions(
                object.backend(), object, descriptor, busMaster, vfToken, unsafeNoIommu);
    }

    /**
     * By this open file of the device's own character device ({@code /dev/vfio/devices/vfioN}),
     * which somebody else opened; only iommufd takes one. With {@link #iommufd} as well, the
     * process needs no permission for any file of VFIO.
     *
     * <p>It is refused unless it is the device that sysfs shows. An owned descriptor is jvfio's
     * from the moment that the device is attached; where the attach is refused, it stays the
     * caller's.
     *
     * <p>The kernel binds the open file to an iommufd object once, until its last descriptor is
     * closed. So a borrowed one can be attached again after its device was closed, but only through
     * the same {@link Vfio} and iommufd object; the session's own object is kept open for that.
     */
    public AttachOptions descriptor(Descriptor cdev) {
        return new AttachOptions(backend, iommufd, cdev, busMaster, vfToken, unsafeNoIommu);
    }

    /**
     * Whether the device may start transactions of its own (DMA, MSI) as soon as it is attached.
     *
     * <p>On by default, for user-space drivers. A VMM turns it off, because its guest decides.
     */
    public AttachOptions busMaster(boolean enabled) {
        return new AttachOptions(backend, iommufd, descriptor, enabled, vfToken, unsafeNoIommu);
    }

    /**
     * With the token that whoever has the physical function gave it ({@link
     * org.jvfio.device.PciDevice#vfToken}).
     *
     * <p>A virtual function whose physical function is bound to vfio-pci cannot be attached without
     * it. Of the physical function itself it becomes the token, unless virtual functions are in
     * use: then it must be theirs. For any other device a token is refused.
     */
    public AttachOptions vfToken(UUID token) {
        return new AttachOptions(backend, iommufd, descriptor, busMaster, token, unsafeNoIommu);
    }

    /**
     * Also a device that no IOMMU stands behind, which a kernel gives away if it was told to
     * ({@code vfio.enable_unsafe_noiommu_mode}).
     *
     * <p><b>Such a device reaches all memory of the machine</b>, by physical addresses: whoever
     * controls it controls the kernel. Nothing can be mapped for it; its regions and interrupts
     * work as any other's. Only the backend {@code "legacy"} takes it, of a process with {@code
     * CAP_SYS_RAWIO}, and it is best alone in an address space. For a device behind an IOMMU this
     * changes nothing.
     */
    public AttachOptions unsafeNoIommu() {
        return new AttachOptions(backend, iommufd, descriptor, busMaster, vfToken, true);
    }

    /** Whether a device that no IOMMU stands behind is taken as well. */
    public boolean isUnsafeNoIommu() {
        return unsafeNoIommu;
    }

    /** The backend that was asked for, if one was. */
    public Optional<String> backend() {
        return Optional.ofNullable(backend);
    }

    /** The iommufd object to attach through, if one was given. */
    public Optional<Iommufd> iommufd() {
        return Optional.ofNullable(iommufd);
    }

    /** The open character device to attach by, if one was given. */
    public Optional<Descriptor> descriptor() {
        return Optional.ofNullable(descriptor);
    }

    /** The token to attach a virtual function with, if one was given. */
    public Optional<UUID> vfToken() {
        return Optional.ofNullable(vfToken);
    }

    /** Whether the device may start transactions of its own. */
    public boolean busMaster() {
        return busMaster;
    }
}
