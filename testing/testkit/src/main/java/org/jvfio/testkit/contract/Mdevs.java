// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jvfio.Vfio;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.MdevType;
import org.jvfio.linux.MdevTypes;

/** Mediated devices of the kernel's samples, made for one test and taken away after it. */
final class Mdevs implements AutoCloseable {
    static final String DUAL_PORT = "mtty-2";
    static final String SCREEN = "mdpy-vga";

    private final Vfio vfio;
    private final MdevTypes types;
    private final List<UUID> made = new ArrayList<>();

    Mdevs(Vfio vfio) {
        this.vfio = vfio;
        this.types = MdevTypes.on(vfio.host());
    }

    MdevTypes types() {
        return types;
    }

    static String parent(String type) {
        return type.substring(0, type.indexOf('-'));
    }

    MdevType type(String id) {
        return types.find(parent(id), id).orElseThrow();
    }

    /** A new device of a type. */
    MdevAddress<PciDevice> make(String id) {
        UUID name = UUID.randomUUID();
        type(id).create(name);
        made.add(name);
        return MdevAddress.pci(name);
    }

    /** Writes to a port of mtty, which is looped back to itself. */
    static void put(PciDevice port, String text) {
        for (int i = 0; i < text.length(); i++) {
            port.bar(0).putByte(0, (byte) text.charAt(i));
        }
    }

    /** Fails unless a port has this to be read. */
    static void assertHas(PciDevice port, String text) {
        for (int i = 0; i < text.length(); i++) {
            assertEquals(text.charAt(i), port.bar(0).getByte(0));
        }
    }

    void remove(UUID name) {
        types.remove(name);
        made.remove(name);
    }

    /** Closes the session, whose open devices could not be removed, and removes what was made. */
    @Override
    public void close() {
        vfio.close();
        made.forEach(types::remove);
    }
}
