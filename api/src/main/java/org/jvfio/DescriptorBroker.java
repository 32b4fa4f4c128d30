// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.function.Consumer;

/**
 * A small server with permissions, which opens {@code /dev/iommu} and the character devices of the
 * devices that it was told to allow, and hands them to processes without permissions.
 *
 * <p>It listens at a Unix socket. Whoever connects is known by the credentials that the kernel has
 * of him. He writes a line, {@link #IOMMU} or the name of a device, and gets the line {@code ok}
 * with the open descriptor ({@code SCM_RIGHTS}), or {@code no: } and why; any number of times. Each
 * time the file is opened anew, and the broker keeps nothing of it. {@link Vfio#receive} is the
 * other side.
 *
 * <p><b>Threads.</b> {@link #serve} is for one thread; {@code close} may be called by any. A peer
 * that says nothing, or too much, or does not read, holds up nobody. <b>Lifetime.</b> Made by
 * {@link Vfio#broker}, closed with its {@link Vfio} at the latest.
 */
public interface DescriptorBroker extends AutoCloseable {
    /** What to ask for to get {@code /dev/iommu}. */
    String IOMMU = "iommu";

    /** The path of the socket. */
    String socket();

    /**
     * Serves until the broker is closed; not at all if that was before.
     *
     * @param told hears of each answer; called by this thread
     * @throws VfioException if the kernel refuses what serving needs; closing is still to be done
     * @throws IllegalStateException if another thread serves
     */
    void serve(Consumer<BrokerAnswer> told);

    /**
     * Ends {@link #serve}, hangs up on everybody, and takes the socket's path away. Nothing happens
     * if it is closed already.
     */
    @Override
    void close();
}
