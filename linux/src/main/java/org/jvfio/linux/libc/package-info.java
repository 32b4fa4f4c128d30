// SPDX-License-Identifier: Apache-2.0
/**
 * What is the same whichever way the C library is reached. For those who change the native layer;
 * not exported. Start at {@link org.jvfio.linux.libc.LibcKernel}, which the bindings extend.
 */
package org.jvfio.linux.libc;
