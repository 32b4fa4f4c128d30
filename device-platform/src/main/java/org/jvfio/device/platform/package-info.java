// SPDX-License-Identifier: Apache-2.0
/** The bus type for platform devices (vfio-platform). */
@NullMarked
package org.jvfio.device.platform;

import org.jspecify.annotations.NullMarked;
