// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.acceptance.AcceptanceSuite;

/** The kernel's own cases on the simulated kernel, held against {@code docs/acceptance.md}. */
class AcceptanceTest extends AcceptanceSuite {
    private static final Path TABLE = Path.of("../../docs/acceptance.md");
    private static final Path LOG = Path.of(System.getProperty("jvfio.acceptance.log"));

    private final AcceptanceBench bench = new SimulatedAcceptanceBench();

    @Override
    protected AcceptanceBench bench() {
        return bench;
    }

    private static long count(List<String> lines, String outcome) {
        return lines.stream().filter(line -> line.contains("\t" + outcome + "\t")).count();
    }

    @BeforeAll
    static void startTheLog() throws IOException {
        Files.createDirectories(LOG.getParent());
        Files.writeString(LOG, "# simulated kernel\n");
    }

    /** With {@code -Dtest=} some cases may be run alone, which are held against nothing. */
    @AfterAll
    static void tableSaysWhatCameOfTheCases() throws IOException {
        List<String> outcomes = Files.readAllLines(LOG);
        System.out.printf(
                "acceptance cases on the simulated kernel: %d passed, %d failed, %d skipped%n",
                count(outcomes, "passed"), count(outcomes, "failed"), count(outcomes, "skipped"));
        if (System.getProperty("test") == null) {
            boolean record = Boolean.getBoolean("jvfio.golden.refresh");
            assertEquals(
                    List.of(),
                    AcceptanceTable.run(AcceptanceTable.Column.SIMULATED, LOG, TABLE, record),
                    "docs/acceptance.md is not what this run did; if it should be, -Djvfio.golden.refresh=true");
        }
    }
}
