// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.ModelTree;

/** Makes the files of a machine: what sysfs, procfs and {@code /dev} show of its devices. */
final class Sysfs {
    private static final String BUS = "/sys/bus/pci/";
    private static final String GROUPS = "/sys/kernel/iommu_groups/";
    private static final String TREE = "/sys/firmware/devicetree/base";
    private static final String IOMMU = "/sys/devices/virtual/iommu/dmar0";

    private final Machine machine;
    private final FileNodes files;
    private final boolean cdevs;
    private final Drivers drivers;

    Sysfs(Machine machine, boolean cdevs) {
        this.machine = machine;
        this.files = machine.files();
        this.cdevs = cdevs;
        this.drivers = new Drivers(machine);
    }

    void build() {
        files.folder(BUS + "devices");
        drivers.build();
        files.folder(GROUPS);
        if (machine.iommu().present()) {
            files.link("/sys/class/iommu/dmar0", IOMMU);
            files.folder(IOMMU + "/devices");
        }
        files.folder("/dev/vfio");
        modules();
        process();
        machine.groups().forEach(this::group);
        machine.functions().stream().filter(f -> !isGrouped(f)).forEach(this::device);
        files.device(ContainerFile.PATH, ContainerFile.NUMBER, () -> new ContainerFile(machine));
        files.device(IommufdFile.PATH, IommufdFile.NUMBER, () -> new IommufdFile(machine));
        files.device(KvmFile.PATH, KvmFile.NUMBER, () -> new KvmFile(machine));
    }

    private void modules() {
        String type1 = "/sys/module/vfio_iommu_type1/parameters/";
        files.text(type1 + "dma_entry_limit", () -> Integer.toString(machine.mappingLimit()));
        files.text(type1 + "allow_unsafe_interrupts", () -> "N");
        files.text("/sys/module/iommufd/parameters/allow_unsafe_interrupts", () -> "N");
        files.text("/sys/module/vfio_pci/parameters/enable_sriov", () -> "Y");
        files.text("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", this::unsafe);
    }

    private String unsafe() {
        return machine.unsafeNoIommu() ? "Y" : "N";
    }

    private void process() {
        files.folder("/run");
        files.folder("/tmp");
        files.text("/proc/self/limits", this::limits);
        files.text("/proc/self/status", this::status);
        files.folder("/proc/self/fd", this::descriptors);
    }

    private String limits() {
        String limit =
                machine.pins().limit().stream()
                        .mapToObj(Long::toString)
                        .findFirst()
                        .orElse("unlimited");
        return "%-25s %-20s %-20s %-10s%n".formatted("Limit", "Soft Limit", "Hard Limit", "Units")
                + "%-25s %-20s %-20s %-10s%n".formatted("Max locked memory", limit, limit, "bytes");
    }

    private String status() {
        return "Name:\tjava%nVmLck:\t%8d kB%nVmPin:\t%8d kB%n"
                .formatted(machine.lockedBytes() / 1024, machine.pinnedBytes() / 1024);
    }

    private Map<String, FileNode> descriptors() {
        Map<String, FileNode> nodes = new TreeMap<>();
        machine.descriptors()
                .open()
                .forEach((number, file) -> nodes.put(number.toString(), descriptor(file)));
        return nodes;
    }

    private static FileNode descriptor(OpenFile file) {
        return file.number().isPresent()
                ? new FileNode.Link(file.description())
                : new FileNode.Text(file::description);
    }

    /** Makes the files of a group and its members. */
    void group(Group group) {
        String folder = GROUPS + group.number();
        files.folder(folder + "/devices");
        boolean translated = group.hasIommu() && !group.isEmulated();
        files.text(folder + "/type", () -> translated ? "DMA" : "unknown");
        files.text(folder + "/reserved_regions", () -> translated ? reservedRegions() : "");
        if (!translated) {
            files.text(folder + "/name", () -> "vfio-noiommu");
        }
        for (Device member : group.members()) {
            String device = device(member);
            files.link(folder + "/devices/" + member.name(), device);
            files.link(device + "/iommu_group", folder);
            if (group.hasIommu() && member instanceof PciFunction) {
                files.link(device + "/iommu", IOMMU);
                files.link(IOMMU + "/devices/" + member.name(), device);
            }
        }
        groupFile(group);
    }

    /** Makes the file of a group, or takes it away, as its members are bound. */
    void groupFile(Group group) {
        if (group.hasFile()) {
            DeviceNumber number = new DeviceNumber(FileNodes.GROUP_MAJOR, group.number());
            files.device(group.path(), number, group::open);
        } else {
            files.remove(group.path());
        }
    }

    private static String reservedRegions() {
        return "0x%016x 0x%016x msi".formatted(IommuUnit.MSI.first(), IommuUnit.MSI.last());
    }

    private boolean isGrouped(PciFunction function) {
        return machine.groups().contains(function.group());
    }

    /** Makes a device's folder and answers its path. */
    private String device(Device device) {
        String name = device.name();
        String folder = device.folder();
        String bus = "/sys/bus/" + device.bus();
        files.link(bus + "/devices/" + name, folder);
        files.link(folder + "/subsystem", bus);
        if (device instanceof PciFunction function) {
            identity(function, folder);
        } else if (device instanceof ModelDevice other) {
            other.model().attributes().keySet().forEach(path -> attribute(other, path));
            other.model().writers().keySet().forEach(path -> writer(other, path));
            other.model().deviceTree().ifPresent(tree -> deviceTree(folder, tree));
        }
        links(device);
        return folder;
    }

    /** Makes the files of a device that was given to a driver, and of its group. */
    void bound(Device device) {
        links(device);
        groupFile(device.group());
    }

    private void links(Device device) {
        if (device.driver().isEmpty()) {
            return;
        }
        String driver = "/sys/bus/" + device.bus() + "/drivers/" + device.driver().get();
        if (device instanceof PciFunction) {
            drivers.add(device.driver().get());
        }
        files.link(device.folder() + "/driver", driver);
        files.link(driver + "/" + device.name(), device.folder());
        if (device.boundToVfio()) {
            cdev(device, device.folder() + "/vfio-dev/" + device.vfioName());
        }
    }

    /** Takes the files away that a device has because of its driver. */
    void unbound(Device device) {
        files.remove(device.folder() + "/driver");
        device.driver()
                .ifPresent(
                        driver ->
                                files.remove(
                                        "/sys/bus/%s/drivers/%s/%s"
                                                .formatted(device.bus(), driver, device.name())));
        if (device.boundToVfio()) {
            files.remove(device.folder() + "/vfio-dev");
            files.remove("/sys/class/vfio-dev/" + device.vfioName());
            if (cdevs) {
                files.remove("/sys/dev/char/" + number(device));
                files.remove(device.cdevPath());
            }
        }
    }

    private void attribute(ModelDevice device, String path) {
        files.text(
                device.folder() + "/" + path,
                () -> device.model().attributes().getOrDefault(path, ""));
    }

    private void writer(ModelDevice device, String path) {
        String file = device.folder() + "/" + path;
        if (device.model().attributes().containsKey(path)) {
            files.text(
                    file,
                    () -> device.model().attributes().getOrDefault(path, ""),
                    text -> device.write(path, text));
        } else {
            files.writeOnly(file, text -> device.write(path, text));
        }
    }

    private void deviceTree(String folder, ModelTree tree) {
        tree.properties().forEach((path, bytes) -> files.binary(TREE + path, bytes));
        files.link(folder + "/of_node", TREE + tree.node());
    }

    private void identity(PciFunction function, String folder) {
        byte[] config = function.model().configuration();
        files.text(folder + "/vendor", () -> hex(config, 0x00, 2));
        files.text(folder + "/device", () -> hex(config, 0x02, 2));
        files.text(folder + "/revision", () -> hex(config, 0x08, 1));
        files.text(folder + "/class", () -> hex(config, 0x09, 3));
        files.text(folder + "/subsystem_vendor", () -> hex(config, 0x2c, 2));
        files.text(folder + "/subsystem_device", () -> hex(config, 0x2e, 2));
        files.text(folder + "/irq", () -> Integer.toString(config[0x3c]));
        files.text(folder + "/power_state", () -> "D0");
        files.text(folder + "/resource", () -> resources(function, config));
        files.text(folder + "/driver_override", function::override, function::override);
        String methods = resetMethods(function);
        if (!methods.isEmpty()) {
            files.text(folder + "/reset_method", () -> methods);
        }
        function.virtualFunctions().ifPresent(virtual -> sriov(function, virtual));
    }

    /** How Linux can reset a function, best first. */
    private String resetMethods(PciFunction function) {
        List<String> methods = new ArrayList<>();
        if (function.model().resettable()) {
            methods.add("flr");
        }
        if (function.config().powerStatesReset()) {
            methods.add("pm");
        }
        if (function.bridge().isPresent() && !function.isVirtual() && aloneOnBus(function)) {
            methods.add("bus");
        }
        return String.join(" ", methods);
    }

    private boolean aloneOnBus(PciFunction function) {
        return machine.functions().stream()
                .noneMatch(
                        other ->
                                other != function
                                        && !other.isVirtual()
                                        && other.bridge().equals(function.bridge()));
    }

    private void sriov(PciFunction function, VirtualFunctions virtual) {
        String folder = function.folder() + "/sriov_";
        ConfigSpace config = function.config();
        files.text(folder + "totalvfs", () -> Integer.toString(config.totalVirtualFunctions()));
        files.text(folder + "numvfs", () -> Integer.toString(virtual.count()), virtual::write);
        files.text(folder + "offset", () -> Integer.toString(config.virtualOffset()));
        files.text(folder + "stride", () -> Integer.toString(config.virtualStride()));
        files.text(folder + "vf_device", () -> Integer.toHexString(config.virtualDevice()));
        files.text(folder + "drivers_autoprobe", () -> "1");
    }

    /** Links a virtual function and the physical one to each other. */
    void virtual(PciFunction physical, PciFunction virtual, int index) {
        files.link(physical.folder() + "/virtfn" + index, virtual.folder());
        files.link(virtual.folder() + "/physfn", physical.folder());
    }

    /** Takes the files of a virtual function and its group away. */
    void removeVirtual(PciFunction physical, PciFunction virtual, int index) {
        files.remove(physical.folder() + "/virtfn" + index);
        files.remove(IOMMU + "/devices/" + virtual.name());
        removeAlone(virtual);
    }

    /** Takes the files of a device that was alone in its group away, and those of the group. */
    void removeAlone(Device device) {
        unbound(device);
        files.remove("/sys/bus/" + device.bus() + "/devices/" + device.name());
        files.remove(device.folder());
        files.remove(GROUPS + device.group().number());
        files.remove(device.group().path());
    }

    private static String hex(byte[] config, int at, int bytes) {
        return "0x%0{}x"
                .replace("{}", Integer.toString(2 * bytes))
                .formatted(number(config, at, bytes));
    }

    private static long number(byte[] config, int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | Byte.toUnsignedLong(config[at + i]);
        }
        return value;
    }

    private static String resources(PciFunction function, byte[] config) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 13; i++) {
            Bar bar = i < 6 ? function.bar(i) : null;
            long start = 0;
            long end = 0;
            long flags = 0;
            if (bar != null) {
                start =
                        number(config, 0x10 + 4 * i, bar.wide() ? 8 : 4)
                                & (bar.ports() ? ~3L : ~0xfL);
                end = start + bar.size() - 1;
                flags = bar.ports() ? 0x40101 : bar.wide() ? 0x140204 : 0x40200;
            }
            lines.append("0x%016x 0x%016x 0x%016x%n".formatted(start, end, flags));
        }
        return lines.toString();
    }

    private static DeviceNumber number(Device device) {
        return new DeviceNumber(FileNodes.CDEV_MAJOR, device.vfioNumber());
    }

    private void cdev(Device device, String folder) {
        files.link("/sys/class/vfio-dev/" + device.vfioName(), folder);
        files.folder(folder);
        if (cdevs) {
            DeviceNumber number = number(device);
            files.text(folder + "/dev", number::toString);
            files.link("/sys/dev/char/" + number, folder);
            files.device(device.cdevPath(), number, () -> DeviceFile.ofCdev(device));
        }
    }
}
