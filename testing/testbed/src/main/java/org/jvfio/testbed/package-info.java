// SPDX-License-Identifier: Apache-2.0
/**
 * What runs inside a guest of the testbed: the contract suites on its real kernel, and what can
 * only be tried there (other users, other processes, nodes that are missing).
 *
 * <p>For whoever changes the testbed: start at {@link org.jvfio.testbed.GuestTests}.
 */
@NullMarked
package org.jvfio.testbed;

import org.jspecify.annotations.NullMarked;
