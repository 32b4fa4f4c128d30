// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;

/**
 * Guest memory that is memory of this process.
 *
 * <p>Two regions are the same if all they say is the same.
 *
 * <p><b>Lifetime.</b> The memory stays the caller's, and must not be freed while a section of it is
 * in a listener.
 *
 * @param name for messages
 * @param vaddr where it begins in this process
 * @param size in bytes
 * @param readOnly whether devices may read it only: a guest's ROM
 * @param file the file that it is a shared mapping of, if it is one
 */
public record RamRegion(
        String name, long vaddr, long size, boolean readOnly, Optional<MemoryFile> file)
        implements MemoryRegion {
    /** Refuses what is not memory of a process. */
    public RamRegion {
        if (size <= 0 || vaddr < 0 || vaddr + size < 0) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x with 0x%x bytes is not memory of this process"
                            .formatted(name, vaddr, size));
        }
        if (file.isPresent() && !file.get().holds(vaddr, size)) {
            throw new IllegalArgumentException(
                    "%s: vaddr 0x%x with 0x%x bytes is not all in %s"
                            .formatted(name, vaddr, size, file.get()));
        }
    }

    /** Memory that devices may read and write. */
    public static RamRegion of(String name, long vaddr, long size) {
        return new RamRegion(name, vaddr, size, false, Optional.empty());
    }

    /** The same memory, which devices may read only. */
    public RamRegion asReadOnly() {
        return new RamRegion(name, vaddr, size, true, file);
    }

    /** The same memory, which is a shared mapping of a file. */
    public RamRegion in(MemoryFile mapped) {
        return new RamRegion(name, vaddr, size, readOnly, Optional.of(mapped));
    }

    @Override
    public String toString() {
        return name;
    }
}
