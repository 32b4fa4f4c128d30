// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

/**
 * A system call that was made.
 *
 * @param name {@code "open"}, or of an {@code ioctl} the request's name: {@code
 *     "VFIO_IOMMU_MAP_DMA"}
 * @param target the path, or what the descriptor stood for; empty if it has neither
 * @param result what it returned: a negated errno if it was refused
 */
public record SystemCall(String name, String target, long result) {
    @Override
    public String toString() {
        return name + (target.isEmpty() ? "" : " " + target) + " = " + result;
    }
}
