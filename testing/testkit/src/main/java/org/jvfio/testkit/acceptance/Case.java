// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One case of the list, as its display name shows it: {@code "DM-3 dma_map_unmap
 * iommufd_compat_type1_anonymous"}.
 *
 * @param id {@code "DM-3"}
 * @param test the test's name in the kernel's own tests
 * @param mode the way to the IOMMU
 * @param variant what else varies; the empty text for nothing
 */
record Case<V>(String id, String test, IommuMode mode, V variant) {
    /** A case for each variant and, within it, each mode, counted from {@code first} on. */
    static <V> Stream<Case<V>> each(String family, int first, String test, List<V> variants) {
        List<Case<V>> cases = new ArrayList<>();
        for (V variant : variants) {
            for (IommuMode mode : IommuMode.values()) {
                cases.add(new Case<>(family + "-" + (first + cases.size()), test, mode, variant));
            }
        }
        return cases.stream();
    }

    /** A case for each mode, counted from {@code first} on. */
    static Stream<Case<String>> eachMode(String family, int first, String test) {
        return each(family, first, test, List.of(""));
    }

    @Override
    public String toString() {
        String name = id + " " + test + " " + mode;
        return String.valueOf(variant).isEmpty() ? name : name + "_" + variant;
    }
}
