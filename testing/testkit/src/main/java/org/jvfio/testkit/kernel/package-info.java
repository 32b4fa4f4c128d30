// SPDX-License-Identifier: Apache-2.0
/**
 * The objects of the simulated kernel, one class each: files, groups, page tables, functions.
 *
 * <p>For those who make the simulation closer to Linux. Start at {@link
 * org.jvfio.testkit.kernel.Machine}. Offsets of structs are written down here once more, apart from
 * those of {@code org.jvfio.linux.uapi}: a mistake on one side then shows.
 *
 * <p>The one rule: everything here is called with {@link org.jvfio.testkit.kernel.Machine#lock()}
 * held, by one thread at a time. Not exported.
 */
@NullMarked
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.NullMarked;
