// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.Access;
import org.jvfio.IovaRange;

/**
 * One set of I/O page tables, as one kernel interface offers them.
 *
 * <p>It keeps no books: the SDK knows what is mapped, and asks only for what can be right.
 *
 * <p><b>Units.</b> Bytes; addresses are unsigned and aligned to the smallest of {@link
 * #pageSizes()}.
 *
 * <p><b>Failure.</b> Every method throws {@link org.jvfio.VfioException} when the kernel refuses,
 * and the page tables are then as they were before the call.
 *
 * <p><b>Threads.</b> The SDK makes one call at a time on one instance.
 */
public interface VFIOIOMMUOps extends AutoCloseable {
    /** Names them for messages: {@code "/dev/vfio/vfio"}, {@code "/dev/iommu IOAS 3"}. */
    String name();

    /**
     * What the IOMMU translates, lowest first: asked anew after each device that joins or leaves.
     */
    List<IovaRange> apertures();

    /** The sizes of page that the IOMMU has, one bit each, at least one. */
    long pageSizes();

    /**
     * Whether devices can write to read-only memory where these page tables are the parent of a
     * guest's own: asked anew after each device that joins or leaves.
     */
    boolean nestingParentBypassesReadOnly();

    /** How many more mappings the kernel takes, where it says so. */
    OptionalInt mappingsLeft();

    /**
     * Lets devices reach the memory at {@code vaddr}. Allocates nothing.
     *
     * @param range free, aligned, and within the apertures
     */
    void map(IovaRange range, long vaddr, Access access);

    /**
     * Stops devices reaching {@code range}. When this returns, no device can still write there.
     *
     * @param range splits no mapping; where nothing is mapped, nothing happens. Allocates nothing
     * @return how many bytes the kernel says it unmapped
     */
    long unmap(IovaRange range);

    /**
     * Stops devices reaching anything, in as few requests as the kernel takes.
     *
     * @return how many bytes the kernel says it unmapped
     */
    long unmapAll();

    /**
     * The windows that the page tables translate in, where they do not translate all of their
     * {@link #apertures}: the same answer every time.
     */
    default Optional<DmaWindows> dmaWindows() {
        return Optional.empty();
    }

    /**
     * How memory is registered before it is mapped, where the kernel wants that: the same answer
     * every time.
     */
    default Optional<MemoryRegistration> memoryRegistration() {
        return Optional.empty();
    }

    /** Mapping by file, where the kernel has it: the same answer every time. */
    default Optional<FileMapping> fileMapping() {
        return Optional.empty();
    }

    /**
     * How the page tables note which pages devices write, where they do: the same answer every time
     * for one set of devices.
     */
    default Optional<DirtyTracking> dirtyTracking() {
        return Optional.empty();
    }

    /** Why there is no {@link #dirtyTracking}, in words; empty if there is. */
    Optional<String> dirtyTrackingObstacle();

    /** Gives the page tables back. No device is behind them by then. */
    @Override
    void close();
}
