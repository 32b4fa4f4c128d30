// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the project's own tree makes of the platforms' choices, and the command that says so. */
final class PlatformsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path TREE = ROOT.resolve("Kconfig");
    private static final List<String> CORE =
            List.of("org.jvfio", "org.jvfio.linux", "org.jvfio.cli", "org.jvfio.testkit");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--kconfig=" + TREE);
        return Main.run(
                new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(new String[0]));
    }

    private List<String> printed() {
        return out.toString().lines().toList();
    }

    private static String defconfig(String platform) {
        return ROOT.resolve("dist").resolve(platform).resolve("defconfig").toString();
    }

    private String choices(String text) {
        return Trees.file(folder, "choices", text).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "x86_64,  backend.legacy backend.iommufd device.pci",
        "aarch64, backend.legacy backend.iommufd device.pci device.platform",
        "s390x,   backend.legacy backend.iommufd device.pci device.ccw device.ap",
        "ppc64le, backend.spapr device.pci",
    })
    void platformHasItsModulesAndNoOthers(String platform, String modules) {
        assertThat(run("modules", defconfig(platform))).isZero();
        List<String> expected = new ArrayList<>(CORE);
        for (String module : modules.split(" ", -1)) {
            expected.add("org.jvfio." + module);
        }
        assertThat(printed()).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64", "s390x", "ppc64le"})
    void withoutDefaultDevicesOnlyTheCoreIsLeft(String platform) {
        assertThat(run("modules", "--without-default-devices", defconfig(platform))).isZero();
        assertThat(printed()).containsExactly("org.jvfio", "org.jvfio.linux", "org.jvfio.cli");
    }

    @Test
    void ownPlatformLeavesOutWhatItDoesNotWant() {
        String mine = choices("CONFIG_IOMMUFD=n\nCONFIG_SIMULATED_HOST=n\n");
        assertThat(run("modules", defconfig("x86_64"), mine)).isZero();
        assertThat(printed())
                .containsExactly(
                        "org.jvfio",
                        "org.jvfio.linux",
                        "org.jvfio.cli",
                        "org.jvfio.backend.legacy",
                        "org.jvfio.device.pci");
        assertThat(run("changes", defconfig("x86_64"), mine)).isZero();
        assertThat(printed())
                .containsExactly(
                        "# CONFIG_SIMULATED_HOST is not set", "# CONFIG_IOMMUFD is not set");
    }

    @Test
    void contradictionIsNamedWithBothPlaces() {
        assertThat(run("resolve", defconfig("x86_64"), choices("CONFIG_VFIO_CCW=y\n"))).isOne();
        assertThat(err.toString().strip())
                .endsWith(
                        "choices:1: VFIO_CCW cannot be on: it depends on"
                                + " (LINUX && S390_CCW_VIRTIO) (device-ccw/Kconfig:5)");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void olddefconfigKeepsWhatCanBeKeptAndSaysWhatChanged() throws Exception {
        Path old =
                Trees.file(
                        folder,
                        ".config",
                        "CONFIG_LINUX=y\nCONFIG_Q35=y\nCONFIG_GONE=y\nCONFIG_VFIO_CCW=y\n");
        assertThat(run("olddefconfig", old.toString())).isZero();
        assertThat(printed())
                .contains("-CONFIG_GONE", " # CONFIG_VFIO_CCW is not set", "+CONFIG_VFIO_PCI=y");
        assertThat(Files.readAllLines(old))
                .contains("CONFIG_VFIO_PCI=y", "# CONFIG_CLI is not set")
                .noneMatch(line -> line.contains("GONE"));
        assertThat(run("olddefconfig", old.toString())).isZero();
        assertThat(printed()).isEmpty();
    }

    @Test
    void everyModuleHasASymbolOfItsOwn() {
        Map<String, String> modules = Modules.of(Kconfig.read(TREE), ROOT);
        assertThat(modules.values()).doesNotHaveDuplicates().hasSize(11);
    }

    @Test
    void imageIsToldItsModulesAndWhatItKnowsOfItself() throws Exception {
        Path target = folder.resolve("made").resolve("here");
        String output = "--output=" + target;
        assertThat(run("image", output, "--without-default-devices", defconfig("s390x"))).isZero();
        assertThat(printed()).containsExactly("org.jvfio,org.jvfio.linux,org.jvfio.cli");
        assertThat(Files.readAllLines(target.resolve("jvfio.modules")))
                .hasSize(11)
                .contains("org.jvfio.device.ccw=CONFIG_VFIO_CCW");
        List<String> written = Files.readAllLines(target.resolve("jvfio.config"));
        assertThat(written).contains("CONFIG_CLI=y", "# CONFIG_VFIO_CCW is not set");
        assertThat(run("resolve", "--without-default-devices", defconfig("s390x"))).isZero();
        assertThat(printed()).isEqualTo(written);
    }

    @Test
    void contradictionWritesNothing() {
        Path target = folder.resolve("made");
        String output = "--output=" + target;
        assertThat(run("image", output, defconfig("x86_64"), choices("CONFIG_VFIO_CCW=y"))).isOne();
        assertThat(err.toString()).contains("choices:1: VFIO_CCW cannot be on");
        assertThat(target).doesNotExist();
    }

    @Test
    void wrongUseIsSaid() {
        assertThat(run("resolve")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'DEFCONFIG'");
        assertThat(run("resolve", "gone")).isOne();
        assertThat(err.toString().strip()).isEqualTo("gone: there is no such file");
    }
}
