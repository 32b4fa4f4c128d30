// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformAddressTest {
    @ParameterizedTest
    @CsvSource({
        "9010000.pl031, 9010000.pl031",
        "ff9a0000.gpu-t820, ff9a0000.gpu-t820",
        "LNRO0005:01, LNRO0005:01",
        "ARMHC501:00, ARMHC501:00",
        "/sys/bus/platform/devices/9010000.pl031, 9010000.pl031",
        "/sys/bus/amba/devices/9010000.pl031/, 9010000.pl031",
        "/sys/bus/platform/devices/gpio-keys, gpio-keys",
        "/sys/devices/platform/soc/fe300000.ethernet, fe300000.ethernet",
    })
    void namesAndPathsAreRead(String text, String name) {
        PlatformAddress address = PlatformAddress.of(text);

        assertEquals(name, address.name());
        assertEquals("platform", address.bus());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000:02:00.0",
                "02:00.0",
                "/sys/devices/platform/4010000000.pcie/pci0000:00/0000:00:05.0",
                "0.0.1234",
                "05.0004",
                "669d9b23-fe1b-4ecb-be08-a2fabca99b71",
                "iommu",
                "",
                "/sys/bus/platform/devices/",
                "9010000.",
            })
    void namesOfOtherDevicesAreRefused(String text) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PlatformAddress.of(text));

        assertTrue(refused.getMessage().contains("9010000.pl031"), refused::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", "."})
    void whatCannotBeANameIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new PlatformAddress(name));
    }
}
