// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo, on the simulated host. */
final class DemoTest {
    private static final String FIRST = "0000:00:05.0";
    private static final String SECOND = "0000:00:07.0";

    @Test
    void everythingPassesThroughBothBackends() {
        Run run = Run.simulated("demo");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).doesNotContain("FAILED").contains("All 36 steps passed");
        for (String backend : List.of("iommufd", "legacy")) {
            for (String device : List.of(FIRST, SECOND)) {
                assertThat(run.out())
                        .containsPattern(backend + " +" + device + "  opened: 1234:11e8 .*  ok\n")
                        .containsPattern(backend + " +" + device + "  DMA 4096 bytes .*MSI.*  ok\n")
                        .containsPattern(backend + " +" + device + "  12! = 479001600.*  ok\n")
                        .containsPattern(backend + " +" + device + "  unmapped .*no byte  ok\n");
            }
            assertThat(run.out()).containsPattern(backend + " +two devices  .* wrote .*  ok\n");
        }
        assertThat(run.out()).containsPattern("both +two devices  .* wrote .*  ok\n");
        assertThat(run.status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void jsonSaysTheSame() {
        Run run = Run.simulated("demo", "--json", "--device", FIRST, "--backend", "legacy");

        Map<String, Object> json = JsonText.read(run.out());
        assertThat(json)
                .contains(
                        Map.entry("simulated", "true"),
                        Map.entry("whySimulated", "null"),
                        Map.entry("devices", List.of(FIRST)),
                        Map.entry("backends", List.of("legacy")),
                        Map.entry("failed", "0"));
        assertThat(run.status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void whatNeedsASecondDeviceIsLeftOutWithOne() {
        Run run = Run.simulated("demo", "--device", FIRST, "--backend", "iommufd");

        assertThat(run.out())
                .doesNotContain("legacy", SECOND)
                .contains("needs a second edu device  left out", "; 3 left out.");
        assertThat(run.status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void aDeviceThatIsNotReadyFailsWithStepDeviceAndReason() {
        Run run = Run.simulated("demo", "--device", "0000:00:09.0", "--backend", "legacy");

        assertThat(run.out())
                .containsPattern("legacy  0000:00:09.0  open: .*bound to no driver.*  FAILED\n")
                .contains("1 of ", "steps FAILED");
        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    }

    @Test
    void aBackendThatIsNotThereFails() {
        Run run = Run.simulated("demo", "--backend", "spapr");

        assertThat(run.out()).contains("spapr  host", "not part of this image  FAILED");
        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    }

    @Test
    void aDeviceThatItCannotDriveIsAWrongArgument() {
        Run run = Run.simulated("demo", "--device", "0000:00:08.0");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err())
                .contains("0000:00:08.0: it is 1b36:0010", "edu devices")
                .hasLineCount(1);
    }

    @Test
    void onAMachineWithoutSuchDevicesItIsSimulatedAndSaysWhy() {
        assumeThat(Run.of("--host", "linux", "demo", "--json").status())
                .as("status on a machine without edu devices")
                .isEqualTo(ExitStatus.NOTHING_USABLE);

        Run run = Run.of("demo", "--backend", "legacy");

        assertThat(run.out())
                .startsWith("Simulated, no real device is touched: ")
                .contains("edu devices (1234:11e8)", "On the simulated kernel");
        assertThat(run.status()).isEqualTo(ExitStatus.OK);
    }
}
