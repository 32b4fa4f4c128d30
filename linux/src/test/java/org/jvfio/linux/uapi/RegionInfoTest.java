// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.uapi.RegionInfo.Area;

class RegionInfoTest {
    private final RegionInfo info = new RegionInfo(4, 160);
    private final InfoBytes answer = new InfoBytes(info).u32(4, RegionInfo.CAPS);

    @Test
    void fixedFieldsAreRead() {
        answer.u64(16, 0x10000).u64(24, 4L << 40);

        assertEquals(4, info.index());
        assertEquals(0x10000, info.size());
        assertEquals(4L << 40, info.offset());
    }

    @Test
    void sparseAreasAndWhatElseIsInTheChain() {
        answer.u32(12, 32).capability(32, RegionInfo.CAP_SPARSE_MMAP, 1, 80);
        answer.u32(40, 2).u64(48, 0).u64(56, 0x2000).u64(64, 0x3000).u64(72, 0xd000);
        answer.capability(80, RegionInfo.CAP_MSIX_MAPPABLE, 1, 88);
        answer.capability(88, RegionInfo.CAP_TYPE, 1, 104).u32(96, 0x80008086).u32(100, 1);
        answer.capability(104, 1000, 3, 0);

        assertEquals(
                Optional.of(List.of(new Area(0, 0x2000), new Area(0x3000, 0xd000))),
                info.sparseAreas());
        assertTrue(info.msixMappable());
        assertEquals(Optional.of(new RegionInfo.Type(0x80008086, 1)), info.type());
        assertEquals(4, info.capabilities().all().size());
    }

    @Test
    void anEmptyListOfAreasIsNotTheSameAsNoList() {
        assertEquals(Optional.empty(), info.sparseAreas());

        answer.u32(12, 32).capability(32, RegionInfo.CAP_SPARSE_MMAP, 1, 0);

        assertEquals(Optional.of(List.of()), info.sparseAreas());
        assertFalse(info.msixMappable());
    }

    @Test
    void anAreaThatIsCutOffIsNotRead() {
        answer.u32(12, 32).capability(32, RegionInfo.CAP_SPARSE_MMAP, 1, 72);
        answer.u32(40, 2).u64(48, 0).u64(56, 0x2000).u64(64, 0x3000).capability(72, 9, 1, 0);

        assertEquals(Optional.of(List.of(new Area(0, 0x2000))), info.sparseAreas());
    }

    @Test
    void anOlderKernelPutsADevicesCapabilitiesRightBehindTheLastField() {
        DeviceInfo device = new DeviceInfo(36);
        new InfoBytes(device).u32(4, DeviceInfo.CAPS).u32(16, 20).capability(20, 5, 1, 0);

        assertTrue(device.capabilities().find(5, 8).isPresent());
    }
}
