// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * Memory of this process that an address space keeps ready for being mapped.
 *
 * <p><b>Lifetime.</b> It is kept ready until this or the address space is closed, and as long as
 * something of it is mapped.
 */
public interface RegisteredMemory extends AutoCloseable {
    /** Where it begins in this process. */
    long vaddr();

    /** How many bytes it has. */
    long size();

    /** Keeps it ready no longer. Nothing happens if that was done already. */
    @Override
    void close();
}
