// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import org.jvfio.DmaWindow;

/**
 * What page tables can do that translate in windows.
 *
 * <p>It keeps no books: the SDK knows which windows there are, and maps and unmaps within one of
 * them at a time. {@link VFIOIOMMUOps#unmap} gets one whole mapping each time, and its answer is
 * not looked at.
 *
 * <p><b>Failure.</b> As {@link VFIOIOMMUOps}.
 */
public interface DmaWindows {
    /** The windows that new page tables have: the same answer every time. */
    List<DmaWindow> first();

    /** How many windows there can be at once. */
    int most();

    /** The sizes of page that a new window can have, one bit each; 0 if none can be made. */
    long pageSizes();

    /**
     * Makes a window; the kernel chooses where it begins.
     *
     * @param bytes a power of two, and at least a page
     * @param pageShift of one of the {@link #pageSizes}
     */
    DmaWindow create(long bytes, int pageShift);

    /** Removes a window in which nothing is mapped. */
    void remove(DmaWindow window);
}
