// SPDX-License-Identifier: Apache-2.0
/**
 * Two drivers in user space, written against the public API: what the contract suites move bytes
 * with.
 *
 * <p>For readers who want to see a whole driver: start at {@link
 * org.jvfio.testkit.driver.EduDriver}. A device that does not answer ends in an {@link
 * IllegalStateException} after a deadline, never in waiting for ever.
 */
@NullMarked
package org.jvfio.testkit.driver;

import org.jspecify.annotations.NullMarked;
