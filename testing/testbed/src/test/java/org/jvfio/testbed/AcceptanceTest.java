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
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.acceptance.AcceptanceSuite;

/** The kernel's own cases on the simulated kernel, held against {@code docs/acceptance.md}. */
class AcceptanceTest extends AcceptanceSuite {
    private static final Path TABLE = Path.of("../../docs/acceptance.md");
    private static final Path LOG = Path.of(System.getProperty("jvfio.acceptance.log"));

    /** What came of the cases that are tests of the testkit's own. */
    private static final Path SEAM = Path.of("../testkit/target/acceptance/simulator.tsv");

    private final AcceptanceBench bench = new SimulatedAcceptanceBench();

    @Override
    protected AcceptanceBench bench() {
        return bench;
    }

    /** What came of each case, by its name; one that ran several times passed if it always did. */
    private static Map<String, String> outcomes() throws IOException {
        Map<String, String> outcomes = new HashMap<>();
        for (Path log : List.of(LOG, SEAM)) {
            for (String line : Files.exists(log) ? Files.readAllLines(log) : List.<String>of()) {
                List<String> parts = List.of(line.split("\t", -1));
                outcomes.merge(
                        parts.get(0),
                        parts.get(1),
                        (one, other) -> one.equals("passed") ? other : one);
            }
        }
        return outcomes;
    }

    /** A run of some cases alone, or of this module alone, is held against nothing. */
    @AfterAll
    static void tableSaysWhatCameOfTheCases() throws IOException {
        Collection<String> outcomes = outcomes().values();
        System.out.printf(
                "acceptance cases on the simulated kernel: %d passed, %d failed, %d skipped%n",
                Collections.frequency(outcomes, "passed"),
                Collections.frequency(outcomes, "failed"),
                Collections.frequency(outcomes, "skipped"));
        if (System.getProperty("test") == null && Files.exists(SEAM)) {
            boolean record = Boolean.getBoolean("jvfio.golden.refresh");
            assertEquals(
                    List.of(),
                    AcceptanceTable.run(SIMULATED, List.of(LOG, SEAM), TABLE, record),
                    "docs/acceptance.md is not what this run did; if it should be, -Djvfio.golden.refresh=true");
        }
    }
}
