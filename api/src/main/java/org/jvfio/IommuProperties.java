// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;

/**
 * What the IOMMU behind an address space does, so that an embedder's virtual IOMMU promises its
 * guest no more than that.
 *
 * @param apertures the addresses that it translates for all attached devices, lowest first
 * @param pageSizes the sizes of page that every IOMMU involved says it has, one bit each; the
 *     lowest is {@link AddressSpace#pageSize()}. iommufd names the smallest alone
 * @param addressBits how many bits there are in the highest address that is translated: 64 where
 *     nothing limits them
 * @param nestingParentBypassesReadOnly whether devices can write to read-only memory where these
 *     page tables are the parent of a guest's own (VT-d's erratum 772415). Who nests so maps no
 *     read-only memory; without nesting it means nothing. Linux says it of every VT-d
 */
public record IommuProperties(
        List<IovaRange> apertures,
        long pageSizes,
        int addressBits,
        boolean nestingParentBypassesReadOnly) {
    /** Copies the apertures. */
    public IommuProperties {
        apertures = List.copyOf(apertures);
    }
}
