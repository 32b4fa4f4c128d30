// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;
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
    private static final AttachOptions DEFAULTS = new AttachOptions(null, null, true);

    private final @Nullable String backend;
    private final @Nullable Iommufd iommufd;
    private final boolean busMaster;

    private AttachOptions(@Nullable String backend, @Nullable Iommufd iommufd, boolean busMaster) {
        this.backend = backend;
        this.iommufd = iommufd;
        this.busMaster = busMaster;
    }

    /** The best backend that the device can use, and bus mastering on. */
    public static AttachOptions defaults() {
        return DEFAULTS;
    }

    /** With this backend and no other: {@code "iommufd"}, {@code "legacy"}. */
    public AttachOptions backend(String name) {
        return new AttachOptions(name, iommufd, busMaster);
    }

    /** Through this iommufd object, which implies the backend {@code "iommufd"}. */
    public AttachOptions iommufd(Iommufd object) {
        return new AttachOptions(object.backend(), object, busMaster);
    }

    /**
     * Whether the device may start transactions of its own (DMA, MSI) as soon as it is attached.
     *
     * <p>On by default, for user-space drivers. A VMM turns it off, because its guest decides.
     */
    public AttachOptions busMaster(boolean enabled) {
        return new AttachOptions(backend, iommufd, enabled);
    }

    /** The backend that was asked for, if one was. */
    public Optional<String> backend() {
        return Optional.ofNullable(backend);
    }

    /** The iommufd object to attach through, if one was given. */
    public Optional<Iommufd> iommufd() {
        return Optional.ofNullable(iommufd);
    }

    /** Whether the device may start transactions of its own. */
    public boolean busMaster() {
        return busMaster;
    }
}
