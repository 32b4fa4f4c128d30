// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit, rules and limits that an image brings for the system that it is installed on. */
final class SystemFilesTest {
    private static final Path SHARE = Image.own().file("share").toAbsolutePath().normalize();
    private static final Path UNIT = SHARE.resolve("systemd/jvfio-broker.service");
    private static final Path RULES = SHARE.resolve("udev/60-jvfio.rules");

    @TempDir private Path folder;

    @Test
    void systemdFindsNoFaultInTheUnit() throws Exception {
        Ran.assumeTool("systemd-analyze");
        Path unit = folder.resolve("jvfio-broker.service");
        String command = Image.own().file("bin/jvfio").toAbsolutePath().normalize().toString();
        Files.writeString(unit, Files.readString(UNIT).replace("/usr/bin/jvfio", command));
        assertThat(Ran.of("systemd-analyze", "verify", "--man=no", unit).output())
                .doesNotContain(unit.getFileName().toString());
    }

    @Test
    void brokerOfTheUnitUnderstandsItsOptions() throws Exception {
        String line =
                Files.readAllLines(UNIT).stream()
                        .filter(each -> each.startsWith("ExecStart="))
                        .findFirst()
                        .orElseThrow();
        List<String> words = List.of(line.split(" ", -1));
        Ran help = Ran.of(Image.own().file("bin/jvfio"), "broker", "--help");
        assertThat(words.get(1)).isEqualTo("broker");
        assertThat(words.stream().filter(word -> word.startsWith("--")))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(help.output()).contains(option + "="));
    }

    @Test
    void usersAreThoseThatUnitAndRulesName() throws Exception {
        Ran.assumeTool("systemd-sysusers");
        Path users = SHARE.resolve("sysusers.d/jvfio.conf");
        Files.createDirectory(folder.resolve("etc"));
        Ran ran = Ran.of("systemd-sysusers", "--root=" + folder, users);
        assumeTrue(ran.status() == 0, "systemd-sysusers cannot work here: " + ran.output());
        assertThat(folder.resolve("etc/passwd")).content().contains("jvfio:x:");
        assertThat(folder.resolve("etc/group")).content().containsPattern("vfio:x:\\d+:jvfio\n");
        assertThat(UNIT).content().contains("\nUser=jvfio\n", "\nSupplementaryGroups=vfio\n");
        assertThat(SHARE.resolve("limits.d/jvfio.conf")).content().contains("@vfio - memlock");
    }

    @Test
    void rulesAreMatchesAndAssignmentsOfUdev() throws Exception {
        String match = "(SUBSYSTEM|KERNEL)[=!]=\"[^\"]+\"";
        String assignment = "(GROUP=\"vfio\"|MODE=\"066[06]\")";
        assertThat(Files.readAllLines(RULES))
                .filteredOn(line -> !line.startsWith("#"))
                .hasSize(4)
                .allMatch(line -> line.matches("(" + match + ", )+(" + assignment + "(, |$))+"));
    }

    @Test
    void udevFindsNoFaultInTheRules() throws Exception {
        Ran.assumeTool("udevadm");
        Ran ran = Ran.of("udevadm", "verify", RULES);
        assumeTrue(!ran.output().contains("Unknown command"), "udevadm is older than 254");
        assertThat(ran.status()).as(ran.output()).isZero();
    }
}
