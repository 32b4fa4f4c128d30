// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.Optional;
import java.util.function.Supplier;
import org.jvfio.device.SubchannelAddress;

/**
 * A subchannel to plug into a simulated machine.
 *
 * @param name {@code "0.0.0001"}
 * @param type what kind of subchannel it is; 0 for I/O
 * @param driver the driver that it is bound to
 * @param device the device's number on its bus: {@code "0.0.0011"}
 * @param maker makes what VFIO shows of it, each time that a mediated device is made of it
 */
public record SimSubchannel(
        String name, int type, Optional<String> driver, String device, Supplier<VfioModel> maker) {
    private static final String VFIO_CCW = "vfio_ccw";

    /** Refuses names that are not those of subchannels. */
    public SimSubchannel {
        SubchannelAddress address = SubchannelAddress.of(name);
        if (!address.name().equals(name)) {
            throw new IllegalArgumentException(name + ": write " + address.name());
        }
    }

    /** An I/O subchannel bound to vfio_ccw. */
    public static SimSubchannel of(String name, String device, Supplier<VfioModel> maker) {
        return new SimSubchannel(name, 0, Optional.of(VFIO_CCW), device, maker);
    }

    /** One with a source of random numbers, as {@link SubchannelModel} has it. */
    public static SimSubchannel random(String name, int device) {
        return of(name, number(device), () -> new SubchannelModel(device));
    }

    /** One with a disk of so many sectors, as {@link SubchannelModel} has it. */
    public static SimSubchannel disk(String name, int device, long sectors) {
        return of(name, number(device), () -> SubchannelModel.disk(device, sectors));
    }

    private static String number(int device) {
        return "0.0.%04x".formatted(device);
    }

    /** The same bound to another driver. */
    public SimSubchannel boundTo(String other) {
        return new SimSubchannel(name, type, Optional.of(other), device, maker);
    }

    /** The same without a driver. */
    public SimSubchannel unbound() {
        return new SimSubchannel(name, type, Optional.empty(), device, maker);
    }

    /** The same as a subchannel of another type. */
    public SimSubchannel ofType(int other) {
        return new SimSubchannel(name, other, driver, device, maker);
    }

    /** Whether mediated devices can be made of it. */
    public boolean forVfio() {
        return driver.equals(Optional.of(VFIO_CCW));
    }
}
