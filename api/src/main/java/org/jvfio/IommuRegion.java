// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.function.Consumer;
import org.jvfio.internal.TranslatedRegion;

/**
 * Addresses that the embedder's virtual IOMMU translates.
 *
 * <p>The virtual IOMMU tells it of every translation that the guest makes and takes back; wherever
 * a listener has the region, devices then reach the memory behind it.
 *
 * <p><b>Threads.</b> Safe for use by several threads, but the virtual IOMMU has to keep the order
 * of its own changes: it calls {@link #map} and {@link #unmap}, and answers {@link
 * Translations#replay}, under one lock of its own. No lock of jvfio is held while it is asked.
 */
public interface IommuRegion extends MemoryRegion {
    /**
     * A region of a virtual IOMMU.
     *
     * @param size in bytes, as an unsigned number; 0 stands for 2^64
     */
    static IommuRegion of(String name, long size, Translations translations) {
        return new TranslatedRegion(name, size, translations);
    }

    /**
     * The guest has made a translation.
     *
     * <p>One that is there already changes nothing; one that differs from what is there takes its
     * place.
     *
     * @throws IllegalArgumentException if it is not within the region
     * @throws VfioException if the kernel refuses it in one of the address spaces; it is made in
     *     the others
     */
    void map(Translation translation);

    /**
     * The guest has taken translations back. When this returns, no device can still write there.
     *
     * <p>The range may hold several translations, or none. One that lies partly in it keeps its
     * other part, which devices do not reach for a moment: kernels do not split mappings.
     *
     * @param range offsets within the region
     * @throws VfioException if the kernel refuses
     */
    void unmap(IovaRange range);

    /** What the virtual IOMMU knows, when a listener has to learn it. */
    interface Translations {
        /** Gives every translation that overlaps {@code range} of the region to {@code each}. */
        void replay(IovaRange range, Consumer<Translation> each);
    }

    /**
     * One translation.
     *
     * @param range offsets within the region
     * @param memory the memory behind it
     * @param offset where in the memory {@code range.first()} leads
     * @param access what devices may do there; memory that is read-only stays so
     */
    record Translation(IovaRange range, RamRegion memory, long offset, Access access) {
        /** Refuses a translation that leads outside the memory. */
        public Translation {
            long length = range.length();
            if (length <= 0 || offset < 0 || offset > memory.size() - length) {
                throw new IllegalArgumentException(
                        "%s: 0x%x bytes at offset 0x%x are not in %s"
                                .formatted(range, length, offset, memory));
            }
        }

        /** The address in this process that {@code range.first()} leads to. */
        public long vaddr() {
            return memory.vaddr() + offset;
        }
    }
}
