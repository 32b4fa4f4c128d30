// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.Access;
import org.jvfio.IovaRange;

/**
 * What page tables can do that take memory as a file: a memfd, or a device's dma-buf.
 *
 * <p>What was mapped so is unmapped like everything else. <b>Failure.</b> As {@link VFIOIOMMUOps}.
 */
public interface FileMapping {
    /**
     * Lets devices reach a part of a file.
     *
     * @param range free, aligned, and within the apertures
     * @param descriptor the file, borrowed for the call
     * @param offset where the part begins; whole pages
     */
    void map(IovaRange range, int descriptor, long offset, Access access);
}
