// SPDX-License-Identifier: Apache-2.0
/**
 * The system calls through JNA: the baseline, on every Java version. For those who change the
 * native layer; not exported. Start at {@link org.jvfio.linux.jna.Libc}.
 *
 * <p>The one rule: direct mapping with {@code int} and {@code long} arguments only, which allocates
 * nothing, and no other package imports JNA.
 */
package org.jvfio.linux.jna;
