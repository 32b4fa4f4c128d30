// SPDX-License-Identifier: Apache-2.0
/** Man pages and shell completion of the jvfio command, made from the command itself. */
@NullMarked
package org.jvfio.manual;

import org.jspecify.annotations.NullMarked;
