// SPDX-License-Identifier: Apache-2.0
/**
 * The SDK as its users see it: start at {@link org.jvfio.Vfio}.
 *
 * <p>For authors of user-space drivers and of virtual machine monitors. The one rule: whatever came
 * from an object is closed with it at the latest, and answers {@link IllegalStateException}
 * afterwards. Everything here is promised; what changes is in the module's CHANGELOG.
 */
package org.jvfio;
