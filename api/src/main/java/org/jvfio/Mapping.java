// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * One run of I/O virtual addresses and the memory behind it.
 *
 * @param range what devices address
 * @param vaddr the address in this process that {@code range.first()} stands for
 * @param access what devices may do there
 */
public record Mapping(IovaRange range, long vaddr, Access access) {}
