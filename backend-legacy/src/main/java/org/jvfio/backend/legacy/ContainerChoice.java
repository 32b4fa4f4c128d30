// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Map;
import java.util.Set;
import org.jvfio.linux.uapi.VfioRequests;

/**
 * Which container the devices of a session are put into, and which version of type 1.
 *
 * <p>{@code /dev/iommu} is a container as well, in kernels with {@code
 * CONFIG_IOMMUFD_VFIO_CONTAINER}.
 *
 * @param path {@value #PATH_OPTION}, {@value #USUAL_PATH} unless given
 * @param type what {@value #TYPE_OPTION} stands for, {@code type1v2} unless given
 * @param typeName its name in the kernel's header
 */
record ContainerChoice(String path, int type, String typeName) {
    static final String USUAL_PATH = "/dev/vfio/vfio";
    static final String PATH_OPTION = "legacy.container";
    static final String TYPE_OPTION = "legacy.iommu";
    static final Set<String> OPTIONS = Set.of(PATH_OPTION, TYPE_OPTION);

    static ContainerChoice of(Map<String, String> options) {
        String path = options.getOrDefault(PATH_OPTION, USUAL_PATH);
        String type = options.getOrDefault(TYPE_OPTION, "type1v2");
        return switch (type) {
            case "type1" -> new ContainerChoice(path, VfioRequests.TYPE1_IOMMU, "VFIO_TYPE1_IOMMU");
            case "type1v2" ->
                    new ContainerChoice(path, VfioRequests.TYPE1V2_IOMMU, "VFIO_TYPE1v2_IOMMU");
            default ->
                    throw new IllegalArgumentException(
                            TYPE_OPTION + "=" + type + ": it can be type1v2 or type1");
        };
    }
}
