// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import org.jvfio.Descriptor;
import org.jvfio.Iommufd;

/**
 * What a backend can do that works on objects which embedders hold: iommufd.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses.
 */
public interface IommufdObjects {
    /** Opens another object. */
    Iommufd open();

    /** Makes an object of a descriptor that somebody else opened. */
    Iommufd of(Descriptor descriptor);
}
