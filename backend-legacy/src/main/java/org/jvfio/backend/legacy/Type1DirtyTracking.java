// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import org.jvfio.IovaRange;
import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.Type1DirtyBitmap;
import org.jvfio.linux.uapi.Type1DmaUnmap;
import org.jvfio.spi.DirtyTracking;

/**
 * The dirty pages of a type 1 container.
 *
 * <p>Behind an IOMMU everything that is pinned counts as dirty, each time: only devices without one
 * tell more, which pin what they write.
 */
final class Type1DirtyTracking implements DirtyTracking {
    private final ContainerFd file;
    private final long pageSize;
    private final Type1DirtyBitmap question = new Type1DirtyBitmap();
    private final Type1DmaUnmap unmapping = Type1DmaUnmap.withBitmap();

    /**
     * That of an open container.
     *
     * @param pageSize the smallest page of the IOMMU, which is the one that the kernel tracks
     */
    Type1DirtyTracking(ContainerFd file, long pageSize) {
        this.file = file;
        this.pageSize = pageSize;
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    /** The kernel cuts no mapping. */
    @Override
    public boolean wholeMappings() {
        return true;
    }

    @Override
    public void start() {
        try {
            file.startDirtyTracking();
        } catch (KernelException refused) {
            throw refused.about(file.path() + " dirty tracking");
        }
    }

    @Override
    public void stop() {
        try {
            file.stopDirtyTracking();
        } catch (KernelException refused) {
            throw refused.about(file.path() + " end of dirty tracking");
        }
    }

    @Override
    public void collect(long first, long length, long bitmap) {
        try {
            file.dirtyPages(question.get(first, length, pageSize, bytes(length), bitmap));
        } catch (KernelException refused) {
            throw refused.about(
                    "dirty pages of " + IovaRange.of(first, length) + " on " + file.path());
        }
    }

    @Override
    public long unmap(IovaRange mapping, long bitmap) {
        long length = mapping.length();
        unmapping.set(mapping.first(), length, Type1DmaUnmap.GET_DIRTY_BITMAP);
        try {
            return file.unmap(unmapping.bitmap(pageSize, bytes(length), bitmap));
        } catch (KernelException refused) {
            throw refused.about(mapping + " with its dirty pages on " + file.path());
        }
    }

    /** One bit for each page, in whole words. */
    private long bytes(long length) {
        return (length / pageSize + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }
}
