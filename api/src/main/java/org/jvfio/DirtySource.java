// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * Where a {@link DirtyLog} learns what the devices behind one set of page tables write.
 *
 * @param tables the page tables: {@code "/dev/vfio/vfio"}, {@code "/dev/iommu IOAS 3"}
 * @param tracker who notes it
 * @param explanation why, in words
 */
public record DirtySource(String tables, DirtyTracker tracker, String explanation) {}
