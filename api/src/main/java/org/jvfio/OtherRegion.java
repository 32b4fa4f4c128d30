// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * A region that devices do not reach: emulated registers, and memory that is kept from them.
 *
 * <p>A listener takes it, so that an embedder can pass its whole memory map on, and maps nothing.
 *
 * @param name for messages
 * @param size in bytes
 */
public record OtherRegion(String name, long size) implements MemoryRegion {}
