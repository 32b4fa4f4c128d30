// SPDX-License-Identifier: Apache-2.0
/**
 * Devices: what every one has ({@link org.jvfio.device.VfioDevice}), and what PCI functions ({@link
 * org.jvfio.device.PciDevice}) and platform devices ({@link org.jvfio.device.PlatformDevice}) have
 * besides.
 *
 * <p>For authors of drivers and of virtual machine monitors. The one rule: after its device is
 * closed, a region, mapping or interrupt answers {@link IllegalStateException}, never a crash.
 */
package org.jvfio.device;
