// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.function.Consumer;
import org.jvfio.Descriptor;
import org.jvfio.Iommufd;

/**
 * What a backend can do that works on objects which embedders hold: iommufd.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException} when the kernel refuses.
 */
public interface IommufdObjects {
    /**
     * Opens another object.
     *
     * @param closed is told of the object once it is closed, with none of its locks held
     */
    Iommufd open(Consumer<Iommufd> closed);

    /**
     * Makes an object of a descriptor that somebody else opened.
     *
     * @param closed is told of the object once it is closed, with none of its locks held
     */
    Iommufd of(Descriptor descriptor, Consumer<Iommufd> closed);
}
