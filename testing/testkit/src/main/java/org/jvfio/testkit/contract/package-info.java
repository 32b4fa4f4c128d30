// SPDX-License-Identifier: Apache-2.0
/**
 * What every backend does on every kernel, as tests: the same classes run on a simulated kernel in
 * each build, and on real Linux in a guest.
 *
 * <p>For authors of backends, of hosts, and of products that embed jvfio. Start at {@link
 * org.jvfio.testkit.contract.BackendContract}: extend it, say in a {@link
 * org.jvfio.testkit.contract.Bench} which machine and which devices to use, and JUnit runs all of
 * it. The one rule: after each test, this process holds what it held before.
 */
@NullMarked
package org.jvfio.testkit.contract;

import org.jspecify.annotations.NullMarked;
