// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jvfio.linux.Errno;

/**
 * A run of memory that is to be mapped.
 *
 * @param pages whose it is
 * @param address where it is for devices
 * @param start where it begins in the process, or in its file: what its alignment is taken from
 */
record MemoryPart(UserPages pages, long address, long length, long start) {
    /** Memory of the process. */
    static MemoryPart ofProcess(Machine machine, long vaddr, long length, boolean write) {
        Refused.when(Long.compareUnsigned(vaddr + length, vaddr) < 0, Errno.EOVERFLOW);
        return new MemoryPart(UserPages.ofProcess(machine, write), vaddr, length, vaddr);
    }

    /** Memory of a file, from a place in it. */
    static MemoryPart ofFile(
            Machine machine, OpenFile file, long start, long length, boolean write) {
        Refused.when(Long.compareUnsigned(start + length, start) < 0, Errno.EOVERFLOW);
        Refused.when(length == 0, Errno.EINVAL);
        long base = file instanceof MemoryFile memory ? memory.address() : 0;
        UserPages pages = UserPages.ofFile(machine, write, file);
        return new MemoryPart(pages, base + start, length, start);
    }

    DmaMapping mapping(long iova, boolean read, boolean write) {
        return pages.mapping(iova, length, address, read, write);
    }
}
