// SPDX-License-Identifier: Apache-2.0
/**
 * jvfio in an OSGi framework: {@link org.jvfio.osgi.Activator} is where to start.
 *
 * <p>The one rule: who provides what, and who uses it, is known to {@link org.jvfio.ProviderSet}
 * alone. What is here tells it of bundles and services, and tells the framework what it says.
 */
package org.jvfio.osgi;
