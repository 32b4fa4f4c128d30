// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import org.jvfio.IovaRange;

/**
 * What is mapped.
 *
 * @param range where devices see it
 * @param vaddr where it is in this process
 */
record MapTarget(IovaRange range, long vaddr) {}
