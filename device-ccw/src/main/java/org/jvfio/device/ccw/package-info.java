// SPDX-License-Identifier: Apache-2.0
/** The bus type for s390x channel devices (vfio-ccw). */
@NullMarked
package org.jvfio.device.ccw;

import org.jspecify.annotations.NullMarked;
