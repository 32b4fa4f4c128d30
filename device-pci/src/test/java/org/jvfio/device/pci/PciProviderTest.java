// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.spi.SpiVersion;

final class PciProviderTest {
    private static final String MDEV = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private final PciProvider provider = new PciProvider();

    @Test
    void itIsThePciBus() {
        assertEquals("pci", provider.name());
        assertEquals(SpiVersion.CURRENT, provider.spiVersion());
    }

    @Test
    void namesAreCompletedAndPathsAreRead() {
        assertEquals(Optional.of("0000:02:00.0"), provider.deviceName("02:00.0"));
        assertEquals(Optional.of("0000:02:00.0"), provider.deviceName("0000:02:00.0"));
        assertEquals(
                Optional.of("0000:02:00.0"),
                provider.deviceName("/sys/bus/pci/devices/0000:02:00.0"));
        assertEquals(Optional.of(MDEV), provider.deviceName(MDEV.toUpperCase(Locale.ROOT)));
        assertEquals(Optional.of(MDEV), provider.deviceName("/sys/bus/mdev/devices/" + MDEV));
        assertEquals(Optional.empty(), provider.deviceName("1-1-1-1-1"));
        assertEquals(Optional.empty(), provider.deviceName("0.0.0001"));
        assertEquals(Optional.empty(), provider.deviceName("/dev/vfio/12"));
    }

    @Test
    void statusNamesTheDrivers() {
        var status = provider.status(new PciFunctionKernel().host);

        assertEquals("drivers: vfio-pci", status.explanation());
        assertEquals(true, status.usable());
    }

    @Test
    void hostThatIsNotLinuxIsRefused() {
        Host other =
                (Host)
                        Proxy.newProxyInstance(
                                Host.class.getClassLoader(),
                                new Class<?>[] {Host.class},
                                (proxy, method, arguments) -> "a dream");

        assertThat(assertThrows(VfioException.class, () -> provider.devices(other)))
                .hasMessageContaining("Linux hosts only");
    }
}
