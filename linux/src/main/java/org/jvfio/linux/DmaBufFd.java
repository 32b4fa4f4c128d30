// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * A part of a PCI device's BAR as a file (a dma-buf), which an iommufd can map for other devices.
 *
 * <p>What is mapped of it outlives this descriptor. The kernel takes the mappings away, without a
 * word to anybody, when the device stops decoding memory, is reset, goes to its low-power state D3,
 * or is closed; they do not come back. In the first three cases the file can be mapped anew once
 * the device answers again; after a close never.
 */
public final class DmaBufFd extends KernelFile {
    DmaBufFd(Kernel kernel, int fd, String path) {
        super(kernel, fd, path, true);
    }
}
