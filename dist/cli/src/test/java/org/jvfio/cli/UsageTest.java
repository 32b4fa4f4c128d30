// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What the command says where no host is needed. */
final class UsageTest {
    @Test
    void withoutACommandSaysWhichThereAre() {
        Run run = Run.of();

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("backends", "buses", "list", "info", "demo", "version");
    }

    @Test
    void commandsAreKnownByTheNamesThatTheyHave() {
        assertThat(Main.description().getSubcommands().keySet())
                .containsExactlyElementsOf(Main.COMMANDS);
    }

    @Test
    void helpIsWholeWhateverCommandIsNamedBesides() {
        assertThat(Run.of("--help", "list")).isEqualTo(Run.of("--help"));
        assertThat(Run.of("-h", "broker")).isEqualTo(Run.of("--help"));
    }

    @Test
    void versionIsTheSameWithoutAndWithOptions() {
        assertThat(Run.of("version", "--debug")).isEqualTo(Run.of("version"));
    }

    @Test
    void helpNamesTheExitStatuses() {
        Run run = Run.of("--help");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Exit status:", "  1 ", "  2 ", "  3 ", "--json", "--host");
    }

    @Test
    void helpOfACommandIsTheSameBothWays() {
        Run run = Run.of("help", "demo");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out()).contains("--device", "--backend");
        assertThat(run).isEqualTo(Run.of("demo", "--help"));
    }

    @Test
    void helpOfNothingKnownIsAWrongArgument() {
        Run run = Run.of("help", "dmo");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("\"dmo\": no such command");
    }

    @Test
    void anUnknownCommandIsNamedAndTheLikelyOneProposed() {
        Run run = Run.of("lst");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no such command: lst", "jvfio list", "jvfio --help");
    }

    @Test
    void anUnknownOptionIsNamed() {
        Run run = Run.of("list", "--foo");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("'--foo'", "jvfio list --help");
    }

    @Test
    void infoNeedsAnAddress() {
        Run run = Run.of("info");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("ADDRESS");
    }

    @Test
    void anUnknownHostIsRefusedAndTheOthersNamed() {
        Run run = Run.of("backends", "--host", "nowhere");

        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("jvfio: host nowhere: ").hasLineCount(1);
    }

    @Test
    void debugShowsWhereARefusalComesFrom() {
        Run run = Run.of("backends", "--host", "nowhere", "--debug");

        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(run.err()).contains("VfioException", "\tat org.jvfio");
    }

    @Test
    void aRefusalIsJsonTooIfThatWasAskedFor() {
        Run run = Run.of("list", "--json", "--host", "nowhere");

        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(run.err()).hasLineCount(1);
        assertThat(JsonText.read(run.out()))
                .extractingByKey("error")
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .contains(Map.entry("object", "host nowhere"), Map.entry("errno", "null"));
    }

    @Test
    void versionIsSaidInWordsAndInJson() {
        Run run = Run.of("version", "--json");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(JsonText.read(run.out())).containsKeys("version", "java", "modules");
        assertThat(Run.of("version").out()).startsWith("jvfio ").contains("Java ");
        assertThat(Run.of("--version").out()).startsWith("jvfio ").hasLineCount(1);
    }
}
