// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

/**
 * What page tables want that map only memory which was registered with them.
 *
 * <p>It keeps no books: the SDK registers each byte once, and unregisters what nothing is mapped
 * of. All page tables of a session get the same pieces of memory, because the kernel lets those of
 * one process be equal or apart.
 *
 * <p><b>Units.</b> Bytes; whole pages of the host. <b>Failure.</b> As {@link VFIOIOMMUOps}.
 */
public interface MemoryRegistration {
    /** Pins memory, which may be mapped from then on. */
    void register(long vaddr, long length);

    /** Unpins what was registered as one piece. */
    void unregister(long vaddr, long length);
}
