// SPDX-License-Identifier: Apache-2.0
/** What the fast paths cost, next to the same loops in C. */
@NullMarked
package org.jvfio.benchmarks;

import org.jspecify.annotations.NullMarked;
