// SPDX-License-Identifier: Apache-2.0
/**
 * Models of devices, and what a model needs of the machine that it is plugged into.
 *
 * <p>For those who test a driver, or write a model of their own device. Start at {@link
 * org.jvfio.testkit.device.PciModel}; {@link org.jvfio.testkit.device.EduModel} is a short example.
 * What is no PCI function is a {@link org.jvfio.testkit.device.VfioModel}.
 *
 * <p>The one rule: a PCI model knows registers, DMA and interrupts, and nothing of VFIO; any other
 * says what its VFIO driver shows, and nothing of descriptors and requests.
 */
@NullMarked
package org.jvfio.testkit.device;

import org.jspecify.annotations.NullMarked;
