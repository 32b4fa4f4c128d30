// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code jvfio demo} does: a driver for QEMU's {@code edu} device, and the jobs done with it.
 *
 * <p>For authors of drivers, as an example: start at {@link org.jvfio.cli.demo.EduDevice}. Nothing
 * here is exported or promised.
 */
@NullMarked
package org.jvfio.cli.demo;

import org.jspecify.annotations.NullMarked;
