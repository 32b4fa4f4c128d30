// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.nio.ByteBuffer;

/** Takes the pages that devices may have written, a part of a mapping at a time. */
interface DirtySink {
    /**
     * Takes pages of which the set bits are dirty.
     *
     * @param iova where devices see the first page
     * @param vaddr where this process does
     * @param bits a bitmap, see {@link DirtyWords}; it is the giver's
     * @param bit which of its bits stands for the first page
     */
    void pages(long iova, long vaddr, long pages, ByteBuffer bits, long bit);

    /** Takes pages that are all dirty. */
    void all(long iova, long vaddr, long pages);
}
