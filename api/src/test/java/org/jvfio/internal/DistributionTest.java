// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.ProviderStatus;

final class DistributionTest {
    @TempDir private Path home;

    private void write(String modules) throws IOException {
        Files.createDirectory(home.resolve("conf"));
        Files.writeString(home.resolve("conf/jvfio.modules"), modules);
    }

    @Test
    void moduleThatIsLeftOutIsNamedByItsSymbol() throws IOException {
        write("org.jvfio.device.ccw=CONFIG_VFIO_CCW\n");
        assertThat(new Distribution(home).adviceToAdd("device", "ccw"))
                .isEqualTo("not in this distribution; add CONFIG_VFIO_CCW=y");
    }

    @Test
    void moduleThatNobodyKnowsIsNamedByItsArtifact() throws IOException {
        write("org.jvfio.device.ccw=CONFIG_VFIO_CCW\n");
        assertThat(new Distribution(home).adviceToAdd("backend", "ccw"))
                .isEqualTo("add jvfio-backend-ccw");
    }

    @Test
    void whereThereIsNoImageOfOursArtifactsAreNamed() {
        assertThat(new Distribution(home).adviceToAdd("device", "ccw"))
                .isEqualTo("add jvfio-device-ccw");
    }

    @Test
    void whatIsLeftOutIsToldWithItsSymbol() throws IOException {
        write(
                """
                org.jvfio.device.ccw=CONFIG_VFIO_CCW
                org.jvfio.device.ap=CONFIG_VFIO_AP
                org.jvfio.device.pci=CONFIG_VFIO_PCI
                org.jvfio.backend.spapr=CONFIG_VFIO_SPAPR
                """);
        assertThat(new Distribution(home).absent("device", List.of("pci", "mine")))
                .containsExactly(
                        ProviderStatus.absent(
                                "ap", "not in this distribution; add CONFIG_VFIO_AP=y"),
                        ProviderStatus.absent(
                                "ccw", "not in this distribution; add CONFIG_VFIO_CCW=y"));
    }

    @Test
    void whereThereIsNoImageOfOursNothingIsLeftOut() {
        assertThat(new Distribution(home).absent("device", List.of())).isEmpty();
    }

    @Test
    void fileThatCannotBeReadIsAsGoodAsNone() throws IOException {
        write("org.jvfio.device.ccw=\\uXYZ\n");
        assertThat(new Distribution(home).adviceToAdd("device", "ccw"))
                .isEqualTo("add jvfio-device-ccw");
    }
}
