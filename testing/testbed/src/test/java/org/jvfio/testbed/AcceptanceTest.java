// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testbed.AcceptanceTable.Column.SIMULATED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.acceptance.AcceptanceSuite;
import org.jvfio.testkit.acceptance.SimAcceptanceBench;

/** The kernel's own cases on the simulated kernel, held against {@code docs/acceptance.md}. */
class AcceptanceTest extends AcceptanceSuite {
    private static final Path TABLE = Path.of("../../docs/acceptance.md");
    private static final Path LOG = Path.of(System.getProperty("jvfio.acceptance.log"));

    /** What came of the cases that are tests of the testkit's own. */
    private static final Path SEAM = Path.of("../testkit/target/acceptance/simulator.tsv");

    private final SimAcceptanceBench bench = new SimAcceptanceBench();

    @Override
    protected AcceptanceBench bench() {
        return bench;
    }

    @AfterEach
    void closeMachine() {
        bench.close();
    }

    /** What came of each case, by its name; one that ran several times passed if it always did. */
    private static Map<String, String> outcomes() throws IOException {
        Map<String, String> outcomes = new HashMap<>();
        for (Path log : List.of(LOG, SEAM)) {
            for (String line : lines(log)) {
                List<String> parts = List.of(line.split("\t", -1));
                outcomes.merge(
                        parts.get(0),
                        parts.get(1),
                        (one, other) -> one.equals("passed") ? other : one);
            }
        }
        return outcomes;
    }

    /** The lines of a log, none where the tests that write it were not run. */
    private static List<String> lines(Path log) throws IOException {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /** With {@code -Dtest=} some cases may be run alone, which are held against nothing. */
    @AfterAll
    static void tableSaysWhatCameOfTheCases() throws IOException {
        Collection<String> outcomes = outcomes().values();
        System.out.printf(
                "acceptance cases on the simulated kernel: %d passed, %d failed, %d skipped%n",
                Collections.frequency(outcomes, "passed"),
                Collections.frequency(outcomes, "failed"),
                Collections.frequency(outcomes, "skipped"));
        if (System.getProperty("test") == null) {
            boolean record = Boolean.getBoolean("jvfio.golden.refresh");
            assertEquals(
                    List.of(),
                    AcceptanceTable.run(SIMULATED, List.of(LOG, SEAM), TABLE, record),
                    "docs/acceptance.md is not what this run did (with -pl add -am); if it should be,"
                            + " -Djvfio.golden.refresh=true");
        }
    }
}
