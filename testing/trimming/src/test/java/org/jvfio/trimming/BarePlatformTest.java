// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.kconfig.Configuration;
import org.jvfio.kconfig.Resolver;

/**
 * POWER without default devices: the core alone, with neither a backend nor a bus, PCI's included.
 *
 * <p>Its modules are those of any other processor, so they run here, in an image of this machine.
 */
final class BarePlatformTest {
    private static final String MAIN = "org.jvfio.cli/org.jvfio.cli.Main";
    private static final Configuration BARE =
            Resolver.of(Built.TREE).withoutDefaults().resolve(Built.defconfig("ppc64le"));

    @TempDir private static Path folder;

    private static Path image;

    @BeforeAll
    static void makeImage() throws IOException {
        image = folder.resolve("jvfio");
        StringWriter printed = new StringWriter();
        PrintWriter printer = new PrintWriter(printed, true);
        int status =
                ToolProvider.findFirst("jlink")
                        .orElseThrow()
                        .run(
                                printer,
                                printer,
                                "--module-path=" + modulePath(),
                                "--add-modules=" + String.join(",", Built.modules(BARE)),
                                "--output=" + image);
        assertThat(status).as(printed.toString()).isZero();
        Files.write(image.resolve("conf/jvfio.config"), BARE.lines());
        Files.write(
                image.resolve("conf/jvfio.modules"),
                Built.moduleOfSymbol().entrySet().stream()
                        .map(each -> each.getValue() + "=CONFIG_" + each.getKey())
                        .toList());
    }

    /** The images' own JNA: its jar asks for the whole desktop. */
    private static String modulePath() {
        var jars = Built.jars();
        jars.remove("com.sun.jna");
        List<Path> path = new ArrayList<>(jars.values());
        path.add(Built.ROOT.resolve("dist/x86_64/target/jna/jmod"));
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Ended jvfio(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(image.resolve("bin/java").toString());
        command.addAll(List.of("-Djna.nosys=false", "-Djna.nounpack=true", "-m", MAIN));
        command.addAll(List.of(arguments));
        return Ended.of(command);
    }

    @Test
    void onlyTheCoreIsThere() throws Exception {
        Ended version = jvfio("version");

        assertThat(version.status()).as(version.toString()).isZero();
        assertThat(version.out().lines().filter(line -> line.startsWith("  org.jvfio")))
                .extracting(line -> line.strip().split(" ", -1)[0])
                .containsExactlyInAnyOrder("org.jvfio", "org.jvfio.linux", "org.jvfio.cli");
        assertThat(version.out()).contains("CONFIG_PSERIES").doesNotContain("CONFIG_VFIO_PCI");
    }

    @Test
    void eachBackendIsToldWithWhatPutsItIn() throws Exception {
        Ended backends = jvfio("backends");

        assertThat(backends.status()).as(backends.toString()).isEqualTo(3);
        assertThat(backends.out())
                .containsPattern("(?m)^spapr +left out$")
                .contains("not in this distribution; add CONFIG_VFIO_SPAPR=y")
                .contains("not in this distribution; add CONFIG_VFIO_LEGACY=y")
                .contains("not in this distribution; add CONFIG_IOMMUFD=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"buses", "list"})
    void eachBusIsToldWithWhatPutsItIn(String command) throws Exception {
        Ended buses = jvfio(command);

        assertThat(buses.isOrderly()).as(buses.toString()).isTrue();
        assertThat(buses.out())
                .containsPattern("(?m)^pci +left out$")
                .contains("not in this distribution; add CONFIG_VFIO_PCI=y")
                .contains("not in this distribution; add CONFIG_VFIO_CCW=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0001", "0000:00:05.0"})
    void deviceOfABusThatIsLeftOutNamesTheBusesThatAre(String device) throws Exception {
        Ended info = jvfio("info", device);

        assertThat(info.status()).as(info.toString()).isEqualTo(2);
        assertThat(info.err())
                .contains("\"" + device + "\": not the name of a device")
                .contains("ccw: not in this distribution; add CONFIG_VFIO_CCW=y")
                .contains("pci: not in this distribution; add CONFIG_VFIO_PCI=y");
    }

    @Test
    void hostThatIsLeftOutNamesItsSymbol() throws Exception {
        Ended list = jvfio("--host", "simulated", "list");

        assertThat(list.status()).as(list.toString()).isEqualTo(1);
        assertThat(list.err()).contains("not in this distribution; add CONFIG_SIMULATED_HOST=y");
    }
}
