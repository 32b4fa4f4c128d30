// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

/**
 * A region of a device that other devices can be given: what a {@link org.jvfio.device.Region} is
 * where the OS layer can share it.
 */
public interface PeerRegion {
    /**
     * Opens a part of the region for other devices. The kernel is not asked yet.
     *
     * @param offset whole pages, as {@code length}; both within the region
     * @param changed runs each time {@link PeerMemory#presence} may have changed, in the thread
     *     that resets or closes the device or writes its registers: before what takes the memory
     *     away, and after what brings it back. What it throws, that thread gets
     * @throws IllegalStateException if the device is closed
     */
    PeerMemory openForPeers(long offset, long length, Runnable changed);
}
