// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .isEqualTo("add CONFIG_VFIO_CCW=y");
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
    void fileThatCannotBeReadIsAsGoodAsNone() throws IOException {
        write("org.jvfio.device.ccw=\\uXYZ\n");
        assertThat(new Distribution(home).adviceToAdd("device", "ccw"))
                .isEqualTo("add jvfio-device-ccw");
    }
}
