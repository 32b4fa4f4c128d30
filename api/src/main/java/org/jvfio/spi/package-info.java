// SPDX-License-Identifier: Apache-2.0
/**
 * What the modules behind the SDK implement: hosts, backends, buses.
 *
 * <p>For authors of providers; applications need nothing from here. Start at {@link
 * org.jvfio.spi.VFIOIOMMUOps}. The one rule: a provider turns one call into the requests of its
 * kernel interface, and keeps no books of its own. {@link org.jvfio.spi.SpiVersion} says what is
 * promised.
 */
package org.jvfio.spi;
