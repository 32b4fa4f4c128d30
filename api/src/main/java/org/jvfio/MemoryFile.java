// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A shared mapping of a file in this process, where the file itself can be given to the kernel.
 *
 * <p>The byte at {@code vaddr + n} is the byte {@code offset + n} of the file. Page tables that can
 * take the file do ({@code IOMMU_IOAS_MAP_FILE}, Linux 6.13): devices then reach the file's pages
 * whatever this process does with its own mapping, which is what handing a guest over to another
 * process needs. Others take the addresses.
 *
 * <p><b>Lifetime.</b> The descriptor stays the caller's. It is used whenever the memory is mapped,
 * for a device that joins later as well, so it must stay open as long as the memory is mapped.
 *
 * @param descriptor of a memfd, or of a file in tmpfs or hugetlbfs
 * @param offset where in the file the mapping begins; whole pages
 * @param vaddr where the mapping begins in this process, which shares it ({@code MAP_SHARED})
 * @param size how many bytes the mapping has
 */
public record MemoryFile(int descriptor, long offset, long vaddr, long size) {
    /** Refuses what cannot be a mapped file. */
    public MemoryFile {
        if (descriptor < 0) {
            throw new IllegalArgumentException(descriptor + " is not a file descriptor");
        }
        if (offset < 0 || size <= 0 || offset + size < 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes at offset 0x%x cannot be in a file".formatted(size, offset));
        }
        if (vaddr < 0 || vaddr + size < 0) {
            throw new IllegalArgumentException(
                    "vaddr 0x%x with 0x%x bytes is not memory of this process"
                            .formatted(vaddr, size));
        }
    }

    /** Whether the mapping holds these bytes of this process. */
    public boolean holds(long address, long bytes) {
        return address >= vaddr && bytes <= size && address - vaddr <= size - bytes;
    }

    /** The offset in the file of what stands at {@code address} in this process. */
    public long offsetOf(long address) {
        return offset + (address - vaddr);
    }

    @Override
    public String toString() {
        return "descriptor %d from 0x%x, at vaddr 0x%x with 0x%x bytes"
                .formatted(descriptor, offset, vaddr, size);
    }
}
