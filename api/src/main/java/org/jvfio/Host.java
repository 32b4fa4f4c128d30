// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;
import org.jvfio.spi.DescriptorPassing;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.NativeMemory;

/**
 * A machine as jvfio sees it: its kernel and its devices.
 *
 * <p>{@link Vfio#open()} takes the machine that the JVM runs on. A simulated one is a host as well,
 * and everything above it is the same code.
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> A host holds nothing that
 * needs closing.
 */
public interface Host {
    /** Names the host for people: {@code "Linux 7.3.4 x86_64"}. */
    String name();

    /** Whether the kernel behind it is simulated, so that no real device is touched. */
    boolean simulated();

    /** The size of the host's memory pages in bytes. */
    int pageSize();

    /**
     * Memory for DMA: zeroed, aligned to {@link #pageSize()}, of {@code bytes} rounded up to it.
     *
     * <p>Much of it lies so that the host can use huge pages, where it has them. Its pages come
     * when they are touched, mapped for a device, or {@linkplain #populate populated}.
     *
     * @throws IllegalArgumentException if {@code bytes} is not positive
     * @throws VfioException if the host has no such memory
     */
    NativeMemory allocate(long bytes);

    /**
     * Memory for DMA from the pool of huge pages that the host's owner has set aside: zeroed, of
     * {@code bytes} rounded up to whole pages of {@code pageBytes}.
     *
     * <p>The pages belong to it from the start, so touching them cannot fail. Source: {@code
     * MAP_HUGETLB} of {@code mmap(2)}.
     *
     * @param pageBytes the size of the pages, a power of two: {@code 2L << 20}
     * @throws IllegalArgumentException if {@code bytes} is not positive, or {@code pageBytes} not a
     *     power of two that is larger than {@link #pageSize()}
     * @throws VfioException if the pool has too few of these pages: the message names it
     */
    NativeMemory allocateHugePages(long bytes, long pageBytes);

    /**
     * Brings in the pages of this process's memory now, on all processors, so that mapping it for
     * devices does not have to: that is the slow part of mapping fresh memory.
     *
     * <p>No byte of it changes. Memory that may only be read is read. Where the kernel cannot do it
     * (Linux before 5.14), nothing happens: mapping brings the pages in.
     *
     * <p><b>Threads.</b> For more than some MiB the work is shared with threads that end before
     * this returns; an interruption does not end it. The memory must stay until then.
     *
     * @param address a whole number of pages, as {@code bytes} is
     * @throws IllegalArgumentException if the range is not whole pages, or none of this process
     * @throws VfioException if some of it is not memory, or there is no more; some of it may have
     *     been brought in then. The message names the range
     */
    void populate(long address, long bytes);

    /**
     * A virtual machine of KVM, for a session that tells it of its devices.
     *
     * @param vm what {@code KVM_CREATE_VM} answered
     * @throws VfioException if it is not that, or this host's KVM knows no VFIO; it stays the
     *     caller's then
     */
    KvmFiles kvm(Descriptor vm);

    /**
     * A virtual machine of KVM whose VFIO device there is already.
     *
     * @param device what {@code KVM_CREATE_DEVICE} answered for {@code KVM_DEV_TYPE_VFIO}
     * @throws VfioException if it is not that; it stays the caller's then
     */
    KvmFiles kvmDevice(Descriptor device);

    /**
     * Passing open descriptors between processes, where the host can: the same answer each time.
     */
    Optional<DescriptorPassing> descriptorPassing();
}
