// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.MediatedParent;
import org.jvfio.testkit.device.MediatedParent.Offer;

/** A device whose driver makes mediated devices: its types in sysfs, and those that were made. */
final class MdevParent {
    private static final String PARENTS = "/sys/class/mdev_bus/";

    private final Machine machine;
    private final MediatedParent parent;
    private final String folder;
    private final Map<String, Offer> made = new HashMap<>();

    MdevParent(Machine machine, MediatedParent parent) {
        this.machine = machine;
        this.parent = parent;
        this.folder = parent.folder();
    }

    /** Makes the files of the parent and its types. */
    void build() {
        machine.files().folder(folder);
        machine.files().link(PARENTS + parent.name(), folder);
        parent.types().forEach(this::build);
    }

    private void build(Offer type) {
        FileNodes files = machine.files();
        files.text(folder(type) + "/name", type::name);
        files.text(folder(type) + "/device_api", type::deviceApi);
        files.text(folder(type) + "/available_instances", () -> Integer.toString(available(type)));
        type.description().ifPresent(text -> files.text(folder(type) + "/description", () -> text));
        files.folder(folder(type) + "/devices");
        files.writeOnly(folder(type) + "/create", text -> create(type, text));
    }

    private String folder(Offer type) {
        return folder + "/mdev_supported_types/" + type.id();
    }

    private int available(Offer type) {
        int used = made.values().stream().mapToInt(Offer::cost).sum();
        return (parent.capacity() - used) / type.cost();
    }

    private void create(Offer type, String text) {
        String name = nameIn(text);
        Refused.when(machine.device(name).isPresent(), Errno.EEXIST);
        Refused.when(available(type) == 0, parent.whenFull());
        Group group = machine.group(machine.freeGroup());
        ModelDevice device =
                new ModelDevice(
                        machine, name, type.maker().get(), group, machine.freeVfioNumber(), folder);
        group.add(device);
        machine.add(device);
        made.put(name, type);
        machine.sysfs().group(group);
        show(device, type);
    }

    private static String nameIn(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        try {
            boolean same = UUID.fromString(name).toString().equals(name);
            Refused.when(!same, Errno.EINVAL);
            return name;
        } catch (IllegalArgumentException garbage) {
            throw new Refused(Errno.EINVAL);
        }
    }

    private void show(ModelDevice device, Offer type) {
        FileNodes files = machine.files();
        files.link(device.folder() + "/mdev_type", folder(type));
        files.link(folder(type) + "/devices/" + device.name(), device.folder());
        files.writeOnly(device.folder() + "/remove", text -> remove(device, type, text));
    }

    /** As in Linux, this waits while somebody has the device open. */
    private void remove(ModelDevice device, Offer type, String text) {
        if (!wanted(text)) {
            return;
        }
        if (device.isOpen()) {
            device.model().wantedBack();
        }
        machine.await(() -> !device.isOpen(), -1);
        device.group().driversGone();
        machine.remove(device);
        made.remove(device.name());
        machine.files().remove(folder(type) + "/devices/" + device.name());
        machine.sysfs().removeAlone(device);
        device.removed();
    }

    private static boolean wanted(String text) {
        try {
            return Long.decode(text.strip()) != 0;
        } catch (NumberFormatException garbage) {
            throw new Refused(Errno.EINVAL);
        }
    }
}
