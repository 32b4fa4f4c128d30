// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.ByteOrder;

/**
 * What a bus knows about the indexes of its devices, and the kernel does not tell.
 *
 * <p><b>Threads.</b> Immutable.
 */
public interface DeviceLayout {
    /** A region's name for people: {@code "BAR 0"}. */
    String regionName(int index);

    /** The byte order of the registers in a region. */
    ByteOrder byteOrder(int region);

    /** An interrupt index's name for people: {@code "MSI-X"}. */
    String interruptName(int index);

    /** Whether the index can be in use only while no other for which this holds is in use. */
    boolean exclusive(int interruptIndex);
}
