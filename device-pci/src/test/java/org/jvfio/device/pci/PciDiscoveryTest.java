// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.jvfio.device.DeviceNode;

final class PciDiscoveryTest {
    private static final String NAME = "0000:02:00.0";
    private static final String NET = "0x020000";

    private final FakeSysfs sysfs = new FakeSysfs();

    @Test
    void functionBoundToVfioHasNoObstacles() {
        bound().file("/dev/vfio/devices/vfio3", "");

        DeviceNode node = find(NAME);

        assertEquals("pci", node.bus());
        assertEquals("/sys/bus/pci/devices/" + NAME, node.path());
        assertEquals("1af4:1041 class 020000 revision 01", node.description());
        assertEquals(Optional.of("vfio-pci"), node.driver());
        assertEquals(OptionalInt.of(12), node.group());
        assertEquals(Optional.of("/dev/vfio/devices/vfio3"), node.cdev());
        assertEquals(List.of(), node.obstacles());
    }

    @Test
    void cdevIsNamedOnlyIfItsNodeExists() {
        bound();

        assertEquals(Optional.empty(), find(NAME).cdev());
        assertEquals(List.of(), find(NAME).obstacles());
    }

    @Test
    void driversThatVendorsBuildOnVfioCount() {
        sysfs.function(NAME, NET, "mlx5_vfio_pci", 12).file("/dev/vfio/12", "");

        assertEquals(List.of(), find(NAME).obstacles());
    }

    @Test
    void unboundFunctionIsToldHowToBind() {
        sysfs.function(NAME, NET, "", 12);

        assertThat(find(NAME).obstacles())
                .containsExactly(
                        "it is bound to no driver; bind it to vfio-pci: echo vfio-pci >"
                                + " /sys/bus/pci/devices/0000:02:00.0/driver_override; echo"
                                + " 0000:02:00.0 > /sys/bus/pci/drivers_probe");
    }

    @Test
    void functionOfAnotherDriverIsToldToUnbindIt() {
        sysfs.function(NAME, NET, "nvme", 12);

        assertThat(find(NAME).obstacles())
                .singleElement()
                .asString()
                .startsWith("it is bound to nvme; bind it to vfio-pci: ")
                .contains("echo 0000:02:00.0 > /sys/bus/pci/devices/0000:02:00.0/driver/unbind; ");
    }

    @Test
    void withoutAGroupTheIommuIsOff() {
        sysfs.function(NAME, NET, "vfio-pci", 12)
                .link("/sys/bus/pci/devices/" + NAME + "/iommu_group", "/sys/garbage");

        assertThat(find(NAME).obstacles()).singleElement().asString().contains("intel_iommu=on");
    }

    @Test
    void groupWithAnotherDriverIsNotViableAndItsMembersAreNamed() {
        bound().function("0000:02:00.1", NET, "snd_hda_intel", 12);
        sysfs.function("0000:02:00.2", NET, "nvme", 12);

        assertThat(find(NAME).obstacles())
                .containsExactly(
                        "its IOMMU group 12 is not viable: 0000:02:00.1 is bound to snd_hda_intel,"
                                + " 0000:02:00.2 is bound to nvme; bind each to vfio-pci or"
                                + " unbind it");
    }

    @Test
    void harmlessNeighboursLeaveTheGroupViable() {
        bound().function("0000:02:00.1", NET, "", 12);
        sysfs.function("0000:02:00.2", NET, "vfio-pci", 12);
        sysfs.function("0000:02:00.3", NET, "pci-stub", 12);
        sysfs.function("0000:00:01.0", "0x060400", "pcieport", 12);

        assertEquals(List.of(), find(NAME).obstacles());
    }

    @Test
    void nodesThatMayNotBeOpenedAreNamed() {
        bound().file("/dev/vfio/devices/vfio3", "");
        sysfs.forbid("/dev/vfio/12");
        assertEquals(List.of(), find(NAME).obstacles());

        sysfs.forbid("/dev/vfio/devices/vfio3");
        assertThat(find(NAME).obstacles())
                .singleElement()
                .asString()
                .contains("may not open /dev/vfio/12 or /dev/vfio/devices/vfio3");
    }

    @Test
    void nodesThatAreMissingAreNamed() {
        sysfs.function(NAME, NET, "vfio-pci", 12);

        assertThat(find(NAME).obstacles())
                .singleElement()
                .asString()
                .startsWith("there is no /dev/vfio/12 and no /dev/vfio/devices/vfio* for it");
    }

    @Test
    void listIsSortedAndLeavesBridgesOut() {
        sysfs.function("0000:03:00.0", NET, "", 1);
        sysfs.function("0000:00:1c.0", "0x060400", "pcieport", 1);
        sysfs.function(NAME, NET, "", 2);

        assertThat(new PciDiscovery(sysfs).devices())
                .extracting(DeviceNode::name)
                .containsExactly(NAME, "0000:03:00.0");
        assertThat(find("0000:00:1c.0").obstacles()).singleElement().asString().contains("bridge");
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        assertEquals(Optional.empty(), new PciDiscovery(sysfs).find(NAME));
        assertEquals(List.of(), new PciDiscovery(sysfs).devices());
    }

    @Test
    void attributesThatAreGarbageDoNotStopTheList() {
        bound();
        sysfs.file("/sys/bus/pci/devices/" + NAME + "/class", "garbage")
                .file("/sys/bus/pci/devices/" + NAME + "/vendor", "");

        assertEquals("ffff:1041 class 000000 revision 01", find(NAME).description());
    }

    @Test
    void loadedVfioDriversAreListed() {
        assertEquals(List.of("vfio-pci"), new PciSysfs(sysfs).vfioDrivers());
        assertTrue(new PciSysfs(sysfs).present());
    }

    private DeviceNode find(String name) {
        return new PciDiscovery(sysfs).find(name).orElseThrow();
    }

    private FakeSysfs bound() {
        return sysfs.function(NAME, NET, "vfio-pci", 12)
                .file("/sys/bus/pci/devices/" + NAME + "/vfio-dev/vfio3/dev", "511:3")
                .file("/dev/vfio/12", "");
    }
}
