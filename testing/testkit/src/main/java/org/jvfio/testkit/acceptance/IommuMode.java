// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.Locale;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.linux.uapi.VfioRequests;

/** The five ways to an IOMMU that the kernel's own tests try, by the names that they have there. */
public enum IommuMode {
    /** A container with type 1. */
    VFIO_TYPE1_IOMMU("legacy", "/dev/vfio/vfio", "type1"),
    /** A container with type 1, version 2. */
    VFIO_TYPE1V2_IOMMU("legacy", "/dev/vfio/vfio", "type1v2"),
    /** The container that iommufd offers, with type 1. */
    IOMMUFD_COMPAT_TYPE1("legacy", "/dev/iommu", "type1"),
    /** The container that iommufd offers, with type 1, version 2. */
    IOMMUFD_COMPAT_TYPE1V2("legacy", "/dev/iommu", "type1v2"),
    /** iommufd, and the device's own file. */
    IOMMUFD("iommufd", "/dev/iommu", "");

    private final String backend;
    private final String path;
    private final String type;

    IommuMode(String backend, String path, String type) {
        this.backend = backend;
        this.path = path;
        this.type = type;
    }

    /** The backend that a device is attached through. */
    public AttachOptions options() {
        return AttachOptions.defaults().backend(backend);
    }

    /** A session that uses the IOMMU so. */
    public Vfio open(Vfio.Builder builder) {
        return hasContainer()
                ? builder.option("legacy.container", path).option("legacy.iommu", type).open()
                : builder.open();
    }

    /** The file that page tables belong to. */
    String path() {
        return path;
    }

    /** Whether devices come out of groups, and groups are in containers. */
    boolean hasContainer() {
        return this != IOMMUFD;
    }

    /** The number of the type, for a container. */
    int type() {
        return type.equals("type1") ? VfioRequests.TYPE1_IOMMU : VfioRequests.TYPE1V2_IOMMU;
    }

    /** Whether {@code /dev/iommu} keeps the page tables. */
    boolean isIommufd() {
        return path.equals("/dev/iommu");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
