// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A thing that stands in a guest's memory map: RAM, a device's memory, what a virtual IOMMU
 * translates.
 *
 * <p>It says what there is; a {@link MemorySection} says where. There are {@link RamRegion}, {@link
 * DiscardableRam}, {@link BarRegion}, {@link IommuRegion} and {@link OtherRegion}; an embedder
 * makes no more kinds.
 */
public interface MemoryRegion {
    /** Names the region for messages. */
    String name();

    /** How many bytes the region has, as an unsigned number; 0 stands for 2^64. */
    long size();
}
