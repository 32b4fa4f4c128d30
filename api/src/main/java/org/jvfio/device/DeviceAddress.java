// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * Where a device is, in the words of its bus.
 *
 * @param <D> what the device is once it is open
 */
public interface DeviceAddress<D extends VfioDevice> {
    /** The bus that knows such addresses: {@code "pci"}. */
    String bus();

    /** What opening it gives. */
    Class<D> deviceType();

    /** The device's name on its bus: {@code "0000:02:00.0"}. */
    String name();
}
