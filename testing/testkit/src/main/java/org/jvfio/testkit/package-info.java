// SPDX-License-Identifier: Apache-2.0
/**
 * A Linux kernel with VFIO, iommufd and PCI devices, simulated in this process.
 *
 * <p>For those who test a driver, a VMM or jvfio itself without hardware. Start at {@link
 * org.jvfio.testkit.SimKernel}: {@code SimKernel.builder().edu("0000:00:05.0").build()} is a
 * machine, {@link org.jvfio.testkit.SimKernel#host()} is what {@link org.jvfio.Vfio#on} takes.
 *
 * <p>The one rule: whatever a request is answered with, Linux answers too. Where they differ, this
 * is wrong.
 */
@NullMarked
package org.jvfio.testkit;

import org.jspecify.annotations.NullMarked;
