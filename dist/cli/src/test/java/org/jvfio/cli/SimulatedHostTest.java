// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the commands show of the simulated host; its devices are in its provider's Javadoc. */
final class SimulatedHostTest {
    private static final String READY = "0000:00:05.0";
    private static final String UNBOUND = "0000:00:09.0";
    private static final String CLOCK = "9010000.pl031";
    private static final String MATRIX = "669d9b23-fe1b-4ecb-be08-a2fabca99b71";
    private static final String NOT_VIABLE = "0000:01:01.0";

    @Test
    void backendsAreUsableAndSaidToBeSimulated() {
        Run run = Run.simulated("backends");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out())
                .startsWith("On the simulated kernel:")
                .contains("iommufd  usable", "legacy   usable");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void backendsInJsonSayTheSame() {
        Map<String, Object> json = JsonText.read(Run.simulated("--json", "backends").out());

        assertThat(json).contains(Map.entry("simulated", "true"));
        assertThat(objects(json, "backends"))
                .extracting("name", "usable")
                .containsExactly(tuple("iommufd", "true"), tuple("legacy", "true"));
    }

    @Test
    void busesAreUsable() {
        Run run = Run.simulated("buses");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out()).containsPattern("(?m)^pci +usable$");
    }

    @Test
    void listShowsWhatIsReadyAndWhatIsMissing() {
        Run run = Run.simulated("list");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out().lines())
                .anyMatch(line -> line.matches(READY + " +pci +ready +vfio-pci .*1234:11e8.*"))
                .anyMatch(line -> line.matches(UNBOUND + " +pci +not ready +none .*"))
                .anyMatch(line -> line.contains("- it is bound to no driver; bind it to vfio-pci"))
                .anyMatch(line -> line.contains("not viable: 0000:01:02.0"));
    }

    @Test
    void listInJsonSaysTheSame() {
        Map<String, Object> json = JsonText.read(Run.simulated("list", "--json").out());

        assertThat(objects(json, "devices"))
                .anySatisfy(
                        device ->
                                assertThat(device)
                                        .contains(
                                                Map.entry("address", READY),
                                                Map.entry("ready", "true"),
                                                Map.entry("driver", "vfio-pci"),
                                                Map.entry("obstacles", List.of())))
                .anySatisfy(
                        device ->
                                assertThat(device)
                                        .contains(
                                                Map.entry("address", UNBOUND),
                                                Map.entry("ready", "false"),
                                                Map.entry("driver", "null")));
    }

    @Test
    void infoOpensAReadyDeviceAndSaysSo() {
        Run run = Run.simulated("info", READY);

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out())
                .contains("Opened it", "backend    iommufd: ", "1234:11e8 revision 10")
                .contains("hot reset  no hot reset reaches " + READY)
                .contains("BAR 0", "1 MiB", "mappable", "configuration space")
                .containsPattern("MSI +1 vector")
                .containsPattern("0x040 +MSI");
    }

    @Test
    void infoTakesAPathInSysfs() {
        Run run = Run.simulated("info", "/sys/bus/pci/devices/" + READY, "--no-open");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out()).startsWith(READY).doesNotContain("Opened it");
    }

    @Test
    void infoInJsonSaysTheSame() {
        Map<String, Object> json = JsonText.read(Run.simulated("info", "00:05.0", "--json").out());

        assertThat(object(json, "device")).contains(Map.entry("address", READY));
        Map<String, Object> opened = object(json, "opened");
        assertThat(opened)
                .contains(
                        Map.entry("backend", "iommufd"),
                        Map.entry("resettable", "false"),
                        Map.entry("migration", "null"));
        assertThat(objects(opened, "regions")).extracting("name").contains("BAR 0");
        assertThat(object(opened, "hotReset"))
                .contains(Map.entry("possible", "false"), Map.entry("functions", List.of()));
        assertThat(object(opened, "pci"))
                .contains(Map.entry("vendor", "1234"), Map.entry("device", "11e8"));
    }

    @Test
    void infoOfADeviceThatIsNotReadySaysWhatIsMissing() {
        Run unbound = Run.simulated("info", UNBOUND);
        Run notViable = Run.simulated("info", NOT_VIABLE);

        assertThat(unbound.status()).isEqualTo(ExitStatus.OK);
        assertThat(unbound.out())
                .contains("not ready", "bound to no driver", "driver_override")
                .doesNotContain("Opened it");
        assertThat(notViable.status()).isEqualTo(ExitStatus.OK);
        assertThat(notViable.out()).contains("0000:01:02.0 is bound to virtio-pci");
    }

    @Test
    void matrixOfQueuesIsShownButNotOpened() {
        Run list = Run.simulated("list");
        Run info = Run.simulated("info", MATRIX);

        assertThat(list.out().lines())
                .anyMatch(
                        line ->
                                line.matches(
                                        MATRIX
                                                + " +ap +ready +vfio_ap_mdev .*"
                                                + "AP matrix: adapters 05, 06; domains 0004, 0047;"
                                                + " control domains none"));
        assertThat(info.status()).isEqualTo(ExitStatus.OK);
        assertThat(info.out())
                .contains("ap, mediated", "adapters 05, 06; domains 0004, 0047")
                .contains("Not opened: a matrix is opened only for a virtual machine");
        Map<String, Object> json = JsonText.read(Run.simulated("info", "--json", MATRIX).out());
        assertThat(object(json, "device"))
                .contains(Map.entry("bus", "ap"), Map.entry("mediated", "true"));
        assertThat(json).contains(Map.entry("opened", "null"));
        assertThat(String.valueOf(json.get("notOpened"))).contains("virtual machine");
    }

    @Test
    void platformDeviceIsShownWithItsNodeOfTheDeviceTree() {
        Run list = Run.simulated("list");
        Run info = Run.simulated("info", CLOCK);
        Map<String, Object> json = JsonText.read(Run.simulated("info", "--json", CLOCK).out());

        assertThat(list.out().lines())
                .anyMatch(line -> line.matches(CLOCK + " +platform +ready +vfio-platform .*"));
        assertThat(info.status()).isEqualTo(ExitStatus.OK);
        assertThat(info.out())
                .containsPattern("compatible +jvfio,pl031")
                .contains("Opened it", "Regions:", "Interrupts:");
        assertThat(object(object(json, "opened"), "platform")).containsKey("compatible");
    }

    @Test
    void everyBusOfTheImageSaysWhatItIs() {
        assertThat(Run.simulated("buses").out())
                .containsPattern("ap +usable")
                .contains("driver: vfio_ap; matrices: 1");
    }

    @Test
    void anUnknownDeviceIsRefused() {
        Run run = Run.simulated("info", "0000:77:00.0");

        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(run.err()).startsWith("jvfio: 0000:77:00.0: ").hasLineCount(1);
    }

    @Test
    void whatIsNoAddressIsAWrongArgument() {
        Run run = Run.simulated("info", "garbage");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("\"garbage\"").hasLineCount(1);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Map<String, Object> json, String name) {
        return (List<Map<String, Object>>) json.get(name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<String, Object> json, String name) {
        return (Map<String, Object>) json.get(name);
    }
}
