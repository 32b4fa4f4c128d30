// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;

/**
 * The windows of an address space behind an IOMMU that translates in windows: POWER's.
 *
 * <p>Such an IOMMU begins with one window of 32-bit addresses. Another one is made when something
 * is mapped or allocated that needs it; an embedder whose guest makes windows of its own ({@code
 * ibm,create-pe-dma-window}) makes and removes them here. Every attached device has the same ones,
 * and one that comes later gets them.
 *
 * <p><b>Failure.</b> {@link VfioException} when the kernel refuses, {@link IllegalStateException}
 * after the address space is closed; the windows are then as they were before the call.
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> The address space's; windows
 * are remembered when the last device leaves.
 */
public interface DmaWindowSet {
    /** The windows that there are, lowest address first. */
    List<DmaWindow> all();

    /** How many there can be at once. */
    int most();

    /**
     * The sizes of page that a new window can have, one bit each; 0 where none can be made (version
     * 1 of the kernel's interface).
     */
    long pageSizes();

    /**
     * Makes a window. The kernel chooses where it begins: what a guest was told has to be compared
     * with the answer.
     *
     * <p>Its table counts against the memory that the process may lock: 8 bytes for each page. The
     * memory that is mapped in it must be of pages that are at least as large: huge pages for a
     * window with larger pages than the host's.
     *
     * @param bytes how large: a power of two, and at least a page
     * @param pageShift 2 to the power of this is the size of its pages
     * @throws IllegalArgumentException if there is no such window: another size of page, or not a
     *     power of two
     * @throws VfioException if all windows are in use, or the kernel refuses. A pseries kernel that
     *     could not make one (Linux 7.3 was seen to do so) makes no more for the device until the
     *     machine is booted again
     */
    DmaWindow create(long bytes, int pageShift);

    /**
     * Removes a window.
     *
     * @throws IllegalArgumentException if there is no such window, or something is mapped in it;
     *     the message names it
     */
    void remove(DmaWindow window);
}
