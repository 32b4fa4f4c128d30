// SPDX-License-Identifier: Apache-2.0
/**
 * The structs and request numbers of {@code linux/vfio.h} and {@code linux/iommufd.h}.
 *
 * <p>For those who make a request of the kernel, or read one in a simulated kernel. One final class
 * per struct, whose Javadoc draws it; the flags of a struct are constants of its class. Start at
 * {@link org.jvfio.linux.uapi.VfioRequests} and {@link org.jvfio.linux.uapi.IommufdRequests}.
 *
 * <p>The one rule: nothing here asks the kernel anything. A layout that is published never changes;
 * a longer struct of a newer kernel is a longer table.
 */
package org.jvfio.linux.uapi;
