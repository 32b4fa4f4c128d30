// SPDX-License-Identifier: Apache-2.0
/** The kernel as a value, and the files through which VFIO is reached. */
@NullMarked
package org.jvfio.linux;

import org.jspecify.annotations.NullMarked;
