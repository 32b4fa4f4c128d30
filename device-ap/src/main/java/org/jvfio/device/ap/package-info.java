// SPDX-License-Identifier: Apache-2.0
/** The bus type for s390x crypto adapters (vfio-ap). */
@NullMarked
package org.jvfio.device.ap;

import org.jspecify.annotations.NullMarked;
