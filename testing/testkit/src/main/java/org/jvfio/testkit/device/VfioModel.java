// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A device that is not a PCI function, as its VFIO driver shows it: a platform device, a mediated
 * device of any kind.
 *
 * <p>Regions and interrupts are numbered by their place in the list. A model refuses a request with
 * a {@link Refusal}.
 */
public interface VfioModel extends DeviceModel {
    /**
     * What kind of device it is, {@code VFIO_DEVICE_FLAGS_PLATFORM} or its like, and {@code
     * VFIO_DEVICE_FLAGS_RESET} if the driver tells that it resets.
     */
    int flags();

    /** The bus in sysfs: {@code "platform"}. */
    String bus();

    /** The driver: {@code "vfio-platform"}. */
    String driver();

    /** The regions: the same ones each time. */
    List<ModelRegion> regions();

    /** The interrupts: the same ones each time. */
    List<ModelInterrupt> interrupts();

    /** Reads a part of a region, which lies in it. */
    void read(int region, long position, byte[] target);

    /**
     * Gives the model the memory that a region of {@link ModelRegion#memory} is: zeros, which
     * whoever maps the region shares.
     */
    default void memory(int region, ByteBuffer memory) {}

    /** Writes a part of a region, which lies in it. */
    void write(int region, long position, byte[] source);

    /** The files in its folder of sysfs, by their paths: {@code "of_node/compatible"}. */
    default Map<String, String> attributes() {
        return Map.of();
    }

    /**
     * What takes the text that is written to files in its folder of sysfs, by their paths. Those
     * that are not among the {@link #attributes} can only be written.
     */
    default Map<String, Consumer<String>> writers() {
        return Map.of();
    }

    /** Whether its driver opens it for a virtual machine only, and one such device for each. */
    default boolean needsVirtualMachine() {
        return false;
    }

    /** Tells it that its parent is to take it away, which waits for whoever has it open. */
    default void wantedBack() {}

    /** Tells it that it was taken away. */
    default void unplugged() {}

    /** What the machine's device tree says of it, if that is where the machine knows it from. */
    default Optional<ModelTree> deviceTree() {
        return Optional.empty();
    }

    /** Tells it that nobody has it open any more. */
    default void closed() {}

    /** How it can be moved to another machine, if it can. */
    default Optional<MigrationModel> migration() {
        return Optional.empty();
    }
}
