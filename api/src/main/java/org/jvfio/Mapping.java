// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;

/**
 * One run of I/O virtual addresses and the memory behind it.
 *
 * @param range what devices address
 * @param vaddr the address in this process that {@code range.first()} stands for
 * @param access what devices may do there
 * @param file the file that the memory is a shared mapping of, where the caller said so
 */
public record Mapping(IovaRange range, long vaddr, Access access, Optional<MemoryFile> file) {
    /** Memory that is known by its address alone. */
    public Mapping(IovaRange range, long vaddr, Access access) {
        this(range, vaddr, access, Optional.empty());
    }
}
