// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvfio.device.DeviceTreeNode;
import org.jvfio.device.DeviceTreeNode.Clock;
import org.jvfio.linux.SysfsDevice;

final class DeviceTreeFilesTest {
    private static final String DEVICE = "/sys/bus/platform/devices/e0700000.xgmac";
    private static final String NODE = "/soc/xgmac@e0700000";

    private final WrittenFiles tree =
            new WrittenFiles()
                    .strings(NODE + "/name", "xgmac")
                    .strings(NODE + "/compatible", "amd,xgbe-seattle-v1a")
                    .strings("/name", "")
                    .strings("/soc/name", "soc")
                    .strings("/soc/pll/name", "pll")
                    .cells("/soc/pll/phandle", 7)
                    .cells("/soc/pll/#clock-cells", 2)
                    .strings("/osc/name", "osc")
                    .cells("/osc/phandle", 9)
                    .cells("/osc/#clock-cells", 0);

    private Optional<DeviceTreeNode> read() {
        tree.device("platform", "e0700000.xgmac", NODE, "", -1);
        return new DeviceTreeFiles(new SysfsDevice(tree, DEVICE)).node();
    }

    private DeviceTreeNode node() {
        return read().orElseThrow();
    }

    @Test
    void clocksTakeAsManyCellsAsTheirMakersWant() {
        tree.cells(NODE + "/clocks", 7, 1, 2, 9, 7, 3, 4)
                .strings(NODE + "/clock-names", "dma", "ptp");

        assertEquals(
                List.of(
                        new Clock(Optional.of("dma"), 7, "/soc/pll", List.of(1, 2)),
                        new Clock(Optional.of("ptp"), 9, "/osc", List.of()),
                        new Clock(Optional.empty(), 7, "/soc/pll", List.of(3, 4))),
                node().clocks());
    }

    @Test
    void clocksEndWhereAReferenceLeadsNowhere() {
        tree.cells(NODE + "/clocks", 9, 8, 9);

        assertEquals(1, node().clocks().size());
        assertEquals(3, node().cells("clocks").orElseThrow().size());
    }

    @Test
    void clocksEndWhereCellsAreMissing() {
        tree.cells(NODE + "/clocks", 9, 7, 1);

        assertEquals(1, node().clocks().size());
    }

    @Test
    void clocksThatAreNoCellsAreNone() {
        tree.bytes(NODE + "/clocks", 1, 2);

        assertEquals(List.of(), node().clocks());
    }

    @Test
    void nodesBelowAreRead() {
        tree.strings(NODE + "/phy@1/name", "phy")
                .cells(NODE + "/phy@1/reg", 1)
                .strings(NODE + "/mac-table/name", "mac-table");

        DeviceTreeNode node = node();

        assertEquals(
                List.of("mac-table", "phy@1"),
                node.children().stream().map(DeviceTreeNode::name).toList());
        assertEquals(NODE + "/phy@1", node.children().get(1).path());
        assertEquals(List.of(1), node.children().get(1).cells("reg").orElseThrow());
        assertEquals(List.of("compatible"), node.properties());
    }

    @Test
    void bytesAreThoseOfTheTreeWithWhatLooksLikeWhiteSpaceAtTheirEnd() {
        tree.bytes(NODE + "/mac-address", 0xff, 0x80, 0x20, 10);

        assertArrayEquals(
                new byte[] {(byte) 0xff, (byte) 0x80, 0x20, 10},
                node().bytes("mac-address").orElseThrow());
    }

    @Test
    void deviceThatNoTreeKnowsHasNoNode() {
        SysfsDevice device = new SysfsDevice(new WrittenFiles(), DEVICE);

        assertTrue(new DeviceTreeFiles(device).node().isEmpty());
    }

    @Test
    void namesThatAreNoTextAreNone() {
        tree.bytes(NODE + "/reg-names", 'a').device("platform", "e0700000.xgmac", NODE, "", -1);

        PlatformLayout layout = PlatformLayout.of(new SysfsDevice(tree, DEVICE));

        assertEquals("region 0", layout.regionName(0));
        assertEquals("interrupt 3", layout.interruptName(3));
    }
}
