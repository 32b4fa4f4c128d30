// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import java.util.Optional;
import org.jvfio.device.DeviceAddress;
import org.jvfio.device.Region;
import org.jvfio.device.VfioDevice;

/**
 * What a set of devices sees: I/O virtual addresses and the memory behind them.
 *
 * <p>Every mapping holds for every attached device. A device that is attached later sees what is
 * mapped already; when the last one leaves, the mappings are remembered and wait for the next. The
 * kernel decides whether devices share page tables; the address space keeps all of them equal.
 *
 * <p><b>Units.</b> Bytes; ranges and process addresses are aligned to {@link #pageSize()}.
 *
 * <p><b>Failure.</b> {@link IllegalArgumentException} for a range that no kernel would take, {@link
 * VfioException} when the kernel refused, {@link IllegalStateException} after {@link #close}; the
 * mappings are then as they were before the call.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
public interface AddressSpace extends AutoCloseable {
    /**
     * Opens a device and puts it behind this address space, through the best backend that it can
     * use.
     *
     * @throws VfioException if there is no such device, or something on this host must change
     *     before it can be used: the message says what
     */
    default <D extends VfioDevice> D attach(DeviceAddress<D> address) {
        return attach(address, AttachOptions.defaults());
    }

    /**
     * Opens a device and puts it behind this address space, as {@code options} say.
     *
     * @throws VfioException as {@link #attach(DeviceAddress)}, or if the backend that was asked for
     *     cannot be used
     */
    <D extends VfioDevice> D attach(DeviceAddress<D> address, AttachOptions options);

    /** The attached devices, in the order in which they came. */
    List<VfioDevice> devices();

    /**
     * Lets devices reach {@code range.length()} bytes of this process's memory from {@code vaddr}.
     *
     * <p>The memory is pinned until it is unmapped, and stays the caller's: it must not be freed
     * before.
     *
     * @throws IllegalArgumentException if the range or {@code vaddr} is not aligned, the range
     *     overlaps a mapping, or it is outside {@link #apertures()}
     * @throws VfioException if the kernel refuses: no such memory, a limit reached
     */
    void map(IovaRange range, long vaddr, Access access);

    /**
     * Lets devices reach memory of this process that is a shared mapping of a file: by the file
     * where the kernel can, by address elsewhere.
     *
     * @param vaddr within {@code file}, with the whole range
     * @throws IllegalArgumentException as {@link #map(IovaRange, long, Access)}, or if {@code file}
     *     does not hold the memory
     * @throws VfioException if the kernel refuses: no file of memory, a limit reached
     */
    void map(IovaRange range, long vaddr, Access access, MemoryFile file);

    /**
     * Lets devices reach a part of a BAR: that of another device, or one of their own.
     *
     * <p>The BAR's device may be in this address space, or in another of the same session. That it
     * cannot be reached is a result, not a failure: see {@link PeerMapping#state}.
     *
     * @param range whole pages of the host, within one part of the BAR that can be mapped
     * @param bar a region of an open device
     * @param offset where in the BAR; whole pages of the host
     * @throws IllegalArgumentException if range or offset is not aligned, the range overlaps a
     *     mapping, or {@code bar} is no region of an open device
     * @throws IndexOutOfBoundsException if it reaches beyond the BAR
     */
    PeerMapping mapPeer(IovaRange range, Region bar, long offset, Access access);

    /**
     * Stops devices reaching {@code range}. When this returns, none can still write there.
     *
     * <p>Mappings that lie wholly in the range go, those of BARs too; where nothing is mapped,
     * nothing happens.
     *
     * @return how many bytes were unmapped; with a device attached, as the kernel counts them
     * @throws IllegalArgumentException if a mapping lies partly in the range: the kernel does not
     *     split mappings, and the message names it
     */
    long unmap(IovaRange range);

    /**
     * Stops devices reaching anything.
     *
     * @return how many bytes were unmapped; with a device attached, as the kernel counts them
     */
    long unmapAll();

    /**
     * Where a VMM tells this address space its guest's memory map: the same one each time.
     *
     * <p>What the listener has mapped, {@link #unmap} does not take away.
     */
    MemoryListener memoryListener();

    /**
     * A buffer that devices can read and write, at an address that this address space chooses.
     *
     * <p>Some MiB and more are brought in as {@link Host#populate} does, before they are mapped.
     *
     * @throws VfioException if memory, room in the apertures, or a limit of the kernel runs out
     */
    default DmaBuffer allocate(long bytes) {
        return allocate(bytes, IovaRange.ALL);
    }

    /**
     * A buffer that devices can read and write, within a range of addresses that they can express.
     *
     * @param within where devices can see it, {@code new IovaRange(0, 0xffff_ffffL)} for a device
     *     of 32 address bits
     */
    DmaBuffer allocate(long bytes, IovaRange within);

    /**
     * The addresses that the IOMMU translates for all attached devices, lowest first. Without a
     * device it is {@link IovaRange#ALL}; each device that is attached may make it smaller.
     */
    List<IovaRange> apertures();

    /**
     * The windows that the IOMMU translates in, for an embedder that makes and removes them: empty
     * where no attached device is behind an IOMMU that has such, which is POWER's.
     */
    Optional<DmaWindowSet> windows();

    /**
     * Keeps memory ready for being mapped: POWER's IOMMU maps only what was registered with it, and
     * pins and counts it then, once. What is mapped and was not registered before is registered for
     * as long as it is mapped; so a VMM registers its guest's memory whose parts a guest maps and
     * unmaps. Where no IOMMU wants it, now or later, nothing else happens.
     *
     * @param vaddr memory that this process may write, to whole pages of the host
     * @throws IllegalArgumentException if that is not memory of a process, or not whole pages
     * @throws VfioException if the kernel refuses: no such memory, a limit reached, or memory that
     *     another session of this process has registered in other pieces
     */
    RegisteredMemory register(long vaddr, long bytes);

    /** The size of the smallest page that all IOMMUs involved can map; a power of two. */
    long pageSize();

    /**
     * What the IOMMU does that all attached devices are behind; each device that is attached or
     * closed may change it.
     */
    IommuProperties iommu();

    /** How much more can be mapped. It reads what the kernel says now of this process. */
    DmaLimits limits();

    /** The memory that is mapped, lowest address first; without BARs ({@link #mapPeer}). */
    List<Mapping> mappings();

    /**
     * Begins to note which pages devices write.
     *
     * <p>Where they cannot all be told apart, a warning is logged, and {@link DirtyLog#sources}
     * says why.
     *
     * @return the log, of which there is one at a time
     * @throws IllegalStateException if one is open
     * @throws VfioException if the kernel can tell and refuses; nothing is tracked then
     */
    DirtyLog trackDirty();

    /**
     * Closes the attached devices, last one first, then the buffers, and forgets the mappings.
     *
     * <p>Nothing happens if it is closed already. Failures are gathered: the first is thrown with
     * the others as suppressed, and everything is closed all the same.
     */
    @Override
    void close();
}
