// SPDX-License-Identifier: Apache-2.0
/** The jvfio command. */
@NullMarked
package org.jvfio.cli;

import org.jspecify.annotations.NullMarked;
