// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jvfio.linux.uapi.VfioRequests;

/** A version of the kernel's interface to POWER's IOMMU. */
enum TceVersion {
    /** Memory is registered ahead, and windows are made and removed. */
    V2(VfioRequests.SPAPR_TCE_V2_IOMMU, "VFIO_SPAPR_TCE_v2_IOMMU"),
    /** One window, which counts as locked as a whole. */
    V1(VfioRequests.SPAPR_TCE_IOMMU, "VFIO_SPAPR_TCE_IOMMU");

    static final String OPTION = "spapr.iommu";
    static final Set<String> OPTIONS = Set.of(OPTION);

    private final int number;
    private final String kernelName;

    TceVersion(int number, String kernelName) {
        this.number = number;
        this.kernelName = kernelName;
    }

    /** Those that may be tried, in this order. */
    static List<TceVersion> wanted(Map<String, String> options) {
        String wish = options.get(OPTION);
        if (wish == null) {
            return List.of(V2, V1);
        }
        return switch (wish) {
            case "v2" -> List.of(V2);
            case "v1" -> List.of(V1);
            default ->
                    throw new IllegalArgumentException(
                            OPTION + "=" + wish + ": it can be v2 or v1");
        };
    }

    int number() {
        return number;
    }

    /** As the kernel's header has it. */
    String kernelName() {
        return kernelName;
    }
}
