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
        checkLength(machine, vaddr, length);
        return new MemoryPart(UserPages.ofProcess(machine, write), vaddr, length, vaddr);
    }

    /** Memory of a file, from a place in it. */
    static MemoryPart ofFile(
            Machine machine, OpenFile file, long start, long length, boolean write) {
        checkLength(machine, start, length);
        if (file instanceof DmaBufFile bar) {
            bar.check(start, length);
        }
        long base = file instanceof MemoryFile memory ? memory.address() : 0;
        UserPages pages = UserPages.ofFile(machine, write, file);
        return new MemoryPart(pages, base + start, length, start);
    }

    /** Refuses runs that are empty, or end beyond the last address or in its page. */
    private static void checkLength(Machine machine, long start, long length) {
        Refused.when(Long.compareUnsigned(start + length, start) < 0, Errno.EOVERFLOW);
        long most = -1L - machine.pageSize();
        Refused.when(length == 0 || Long.compareUnsigned(length, most) > 0, Errno.EINVAL);
    }

    DmaMapping mapping(long iova, boolean read, boolean write) {
        return pages.mapping(iova, length, address, read, write);
    }
}
