// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * A capability in PCI configuration space.
 *
 * @param id its ID, 8 bits for a standard and 16 for an extended one
 * @param version its version; 0 for a standard one, which has none
 * @param offset where its header is
 * @param extended whether it is from the extended chain, at 0x100 and above
 */
public record PciCapability(int id, int version, int offset, boolean extended) {}
