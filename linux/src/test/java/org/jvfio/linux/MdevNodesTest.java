// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.device.DeviceNode;

final class MdevNodesTest implements FileTree {
    private static final String NAME = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private static final String FOLDER = MdevNodes.DEVICES + NAME;

    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private boolean mayOpen = true;

    @BeforeEach
    void plug() {
        files.put(FOLDER + "/mdev_type/device_api", "vfio-pci");
        files.put(FOLDER + "/mdev_type/name", "GVT-g");
        files.put(FOLDER + "/vfio-dev/vfio4/dev", "248:4");
        links.put(FOLDER, "/sys/devices/pci0000:00/0000:00:02.0/" + NAME);
        links.put(FOLDER + "/mdev_type", "/sys/devices/x/mdev_supported_types/i915-GVTg_V5_4");
        links.put(FOLDER + "/driver", "/sys/bus/mdev/drivers/intel_vgpu_mdev");
        links.put(FOLDER + "/iommu_group", "/sys/kernel/iommu_groups/11");
        files.put("/dev/vfio/11", "");
    }

    private MdevNodes nodes() {
        return new MdevNodes(this, "pci", "vfio-pci");
    }

    private List<String> obstacles() {
        return nodes().find(NAME).orElseThrow().obstacles();
    }

    @Test
    void deviceIsDescribedByItsTypeAndParent() {
        DeviceNode node = nodes().find(NAME).orElseThrow();

        assertEquals("i915-GVTg_V5_4 of 0000:00:02.0: GVT-g", node.description());
        assertEquals(Optional.of("intel_vgpu_mdev"), node.driver());
        assertEquals(OptionalInt.of(11), node.group());
        assertEquals(Optional.empty(), node.cdev());
        assertEquals(List.of(), node.obstacles());
        assertEquals(List.of(node), nodes().devices());
    }

    @Test
    void deviceOfAnotherBusIsNotFound() {
        assertEquals(List.of(), new MdevNodes(this, "ccw", "vfio-ccw").devices());
        assertEquals(Optional.empty(), nodes().find("0000:00:02.0"));
        files.remove(FOLDER + "/mdev_type/device_api");
        assertEquals(List.of(), nodes().devices());
    }

    @Test
    void deviceWithoutADriverSaysSo() {
        links.remove(FOLDER + "/driver");

        assertEquals(1, obstacles().size());
        assertEquals("it is bound to no driver", obstacles().get(0).split(";", -1)[0]);
    }

    @Test
    void deviceThatMayNotBeOpenedSaysWhatItNeeds() {
        mayOpen = false;
        assertEquals(
                List.of(
                        "this process may not open /dev/vfio/11; give it read and write permission"
                                + " (chown, or a udev rule)"),
                obstacles());

        files.remove("/dev/vfio/11");
        assertEquals(
                List.of(
                        "there is no /dev/vfio/11 and no /dev/vfio/devices/vfio* for it; in a"
                                + " container, pass them in"),
                obstacles());
        links.remove(FOLDER + "/iommu_group");
        assertEquals(
                List.of(
                        "there is no /dev/vfio/devices/vfio* for it; in a container, pass them"
                                + " in"),
                obstacles());
    }

    @Override
    public boolean exists(String path) {
        return files.containsKey(path);
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        return mayOpen && exists(path);
    }

    @Override
    public String read(String path) throws KernelException {
        return found(files.get(path));
    }

    @Override
    public List<String> list(String path) {
        String folder = path.endsWith("/") ? path : path + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String file : files.keySet()) {
            if (file.startsWith(folder)) {
                names.add(file.substring(folder.length()).split("/", -1)[0]);
            }
        }
        return List.copyOf(names);
    }

    @Override
    public String resolve(String path) throws KernelException {
        return found(links.get(path));
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        throw new KernelException("stat", Errno.ENOENT);
    }

    private static String found(@Nullable String text) throws KernelException {
        if (text == null) {
            throw new KernelException("open", Errno.ENOENT);
        }
        return text;
    }
}
