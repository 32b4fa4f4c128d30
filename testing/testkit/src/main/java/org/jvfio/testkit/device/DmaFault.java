// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * An access of a device that had no effect, because something did not allow it.
 *
 * @param device the device's name on its bus
 * @param iova the first address of the access
 * @param length of the whole access, in bytes
 * @param write whether the device wanted to write
 * @param reason in words
 */
public record DmaFault(String device, long iova, long length, boolean write, String reason) {
    @Override
    public String toString() {
        return "%s %s 0x%x bytes at IOVA 0x%x: %s"
                .formatted(device, write ? "writes" : "reads", length, iova, reason);
    }
}
