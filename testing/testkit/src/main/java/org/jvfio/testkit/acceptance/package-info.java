// SPDX-License-Identifier: Apache-2.0
/**
 * The acceptance list: the cases of the kernel's own tests of VFIO, written against jvfio.
 *
 * <p>For us, and for authors of backends and hosts. Start at {@link
 * org.jvfio.testkit.acceptance.AcceptanceSuite}: extend it, say in an {@link
 * org.jvfio.testkit.acceptance.AcceptanceBench} which machine to use, and JUnit runs all of it. The
 * one rule: an id of the list stands for the same case for ever.
 */
@NullMarked
package org.jvfio.testkit.acceptance;

import org.jspecify.annotations.NullMarked;
