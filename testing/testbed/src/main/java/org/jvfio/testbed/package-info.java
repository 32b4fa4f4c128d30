// SPDX-License-Identifier: Apache-2.0
/** The driver that runs inside a guest of the testbed. */
@NullMarked
package org.jvfio.testbed;

import org.jspecify.annotations.NullMarked;
