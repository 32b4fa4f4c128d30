// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;

/**
 * One open {@code /dev/iommu}: page tables, devices and their accounting belong to it.
 *
 * <p>Devices are attached through an object of this type with {@link AttachOptions#iommufd};
 * without one, a {@link Vfio} opens a single one for itself when it is first needed. Devices of
 * different objects never share page tables.
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> Made by {@link
 * Vfio#openIommufd()} or {@link Vfio#iommufd(Descriptor)}, closed with its {@link Vfio} at the
 * latest.
 */
public interface Iommufd extends AutoCloseable {
    /** The name of the backend that this object belongs to. */
    String backend();

    /** The object's descriptor, for the embedder's own requests; it stays this object's. */
    int descriptor();

    /** The names of the devices that are attached through this object. */
    List<String> users();

    /**
     * Closes the object, and its descriptor if it is owned. Nothing happens if it is closed
     * already.
     *
     * @throws IllegalStateException if devices use it; the message names them, and nothing changes
     */
    @Override
    void close();
}
