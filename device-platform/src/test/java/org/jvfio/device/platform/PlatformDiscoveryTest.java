// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.device.DeviceNode;

final class PlatformDiscoveryTest {
    private static final String CLOCK = "9010000.pl031";
    private static final String NODE = "/pl031@9010000";

    private final WrittenFiles files =
            new WrittenFiles()
                    .strings(NODE + "/name", "pl031")
                    .strings(NODE + "/compatible", "arm,pl031", "arm,primecell")
                    .text("/sys/bus/platform/drivers/vfio-platform/bind", "")
                    .text("/sys/module/vfio_platform/parameters/reset_required", "N");

    private DeviceNode find(String name) {
        return new PlatformDiscovery(files, false).find(name).orElseThrow();
    }

    private List<String> names() {
        return new PlatformDiscovery(files, false)
                .devices().stream().map(DeviceNode::name).toList();
    }

    @Test
    void deviceThatVfioHasCanBeUsed() {
        files.device("platform", CLOCK, NODE, "vfio-platform", 3)
                .text("/sys/bus/platform/devices/" + CLOCK + "/vfio-dev/vfio7/dev", "")
                .text("/dev/vfio/3", "")
                .text("/dev/vfio/devices/vfio7", "");

        DeviceNode node = find(CLOCK);

        assertEquals(List.of(), node.obstacles());
        assertEquals(3, node.group().getAsInt());
        assertEquals("/dev/vfio/devices/vfio7", node.cdev().orElseThrow());
        assertEquals("arm,pl031, arm,primecell", node.description());
        assertEquals("/sys/bus/platform/devices/" + CLOCK, node.path());
    }

    @Test
    void deviceThatIsNotBoundSaysHowToBindIt() {
        files.device("platform", CLOCK, NODE, "rtc-pl031", 3);

        assertThat(find(CLOCK).obstacles())
                .singleElement()
                .asString()
                .contains("bound to rtc-pl031", "vfio-platform >", "/driver/unbind")
                .contains("echo " + CLOCK + " > /sys/bus/platform/drivers_probe");
    }

    @Test
    void deviceOfTheAmbaBusIsForTheOtherDriver() {
        files.device("amba", CLOCK, NODE, "", 3)
                .text("/sys/module/vfio_platform/parameters/reset_required", "Y");

        assertThat(find(CLOCK).obstacles())
                .singleElement()
                .asString()
                .contains("bound to no driver", "bind it to vfio-amba", "/sys/bus/amba/")
                .doesNotContain("unbind");
    }

    @Test
    void deviceWithoutResetDriverSaysSoWhereOneIsRequired() {
        files.device("platform", CLOCK, NODE, "", 3)
                .text("/sys/module/vfio_platform/parameters/reset_required", "Y");

        assertThat(find(CLOCK).obstacles())
                .hasSize(2)
                .element(1)
                .asString()
                .contains("no reset driver for arm,pl031", "vfio_platform.reset_required=0");
    }

    @Test
    void deviceWithResetDriverDoesNot() {
        files.strings(NODE + "/compatible", "calxeda,hb-xgmac")
                .device("platform", CLOCK, NODE, "", 3)
                .text("/sys/module/vfio_platform/parameters/reset_required", "Y");

        assertThat(find(CLOCK).obstacles()).hasSize(1);
    }

    @Test
    void deviceWithoutIommuGroupSaysSo() {
        files.device("platform", CLOCK, NODE, "", -1);

        assertThat(find(CLOCK).obstacles())
                .hasSize(2)
                .element(1)
                .asString()
                .contains("no IOMMU group", "iommus");
    }

    @Test
    void groupWithADriverOfTheKernelIsNotViable() {
        files.device("platform", CLOCK, NODE, "vfio-platform", 3)
                .device("platform", "9020000.dma", NODE, "pl330", 3)
                .text("/dev/vfio/3", "");

        assertThat(find(CLOCK).obstacles())
                .singleElement()
                .asString()
                .contains("not viable", "9020000.dma is bound to pl330");
    }

    @Test
    void thoseWithAGroupAndThoseOfVfioAreListed() {
        files.device("platform", "c.third", NODE, "", 3)
                .device("amba", "a.first", NODE, "", 4)
                .device("platform", "b.second", NODE, "vfio-platform", -1)
                .device("platform", "d.fourth", NODE, "gpio-keys", -1);

        assertEquals(List.of("a.first", "b.second", "c.third"), names());
        assertTrue(new PlatformDiscovery(files, false).find("e.fifth").isEmpty());
    }

    @Test
    void deviceWithoutADeviceTreeIsDescribedByWhatADriverIsFoundBy() {
        files.text("/sys/bus/platform/devices/LNRO0005:00/modalias", "acpi:LNRO0005:");

        assertEquals("acpi:LNRO0005:", find("LNRO0005:00").description());
    }
}
