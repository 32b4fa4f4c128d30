// SPDX-License-Identifier: Apache-2.0
/** The bus type for PCI devices (vfio-pci). */
@NullMarked
package org.jvfio.device.pci;

import org.jspecify.annotations.NullMarked;
