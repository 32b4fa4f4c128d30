// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.jvfio.testbed.AcceptanceTable.Column.REAL;
import static org.jvfio.testbed.AcceptanceTable.Column.SIMULATED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceTableTest {
    @TempDir Path folder;

    private Path table;

    @BeforeEach
    void recordARun() throws IOException {
        table = folder.resolve("table.md");
        Path log = log("# simulated kernel", "DM-10 map a\tpassed\t", "DM-2 map b\tpassed\t");
        assertEquals(List.of(), run(SIMULATED, log, true));
    }

    private List<String> run(AcceptanceTable.Column column, Path log, boolean record)
            throws IOException {
        return AcceptanceTable.run(column, List.of(log), table, record);
    }

    private Path log(String... lines) throws IOException {
        return Files.write(folder.resolve("log"), List.of(lines));
    }

    @Test
    void runThatDoesWhatTheTableSaysHasNoDifferences() throws IOException {
        Path log = log("DM-2 map b\tpassed\t", "DM-10 map a\tpassed\t");

        assertEquals(List.of(), run(SIMULATED, log, false));
    }

    @Test
    void caseWithAnotherOutcomeIsADifferenceAndChangesNothing() throws IOException {
        String before = Files.readString(table);
        Path log = log("DM-2 map b\tskipped\tno | page", "DM-10 map a\tpassed\t");

        assertEquals(
                List.of("DM-2 map b: skipped: no / page; the table says passed"),
                run(SIMULATED, log, false));
        assertEquals(before, Files.readString(table));
    }

    @Test
    void caseThatTheRunDoesNotHaveIsADifference() throws IOException {
        Path log = log("DM-2 map b\tpassed\t");

        assertEquals(
                List.of("DM-10 map a: not run; the table says passed"), run(SIMULATED, log, false));
    }

    @Test
    void caseThatTheTableDoesNotHaveIsADifference() throws IOException {
        Path log = log("SR-1 token\tpassed\t");

        assertEquals(List.of("SR-1 token: passed; the table says not run"), run(REAL, log, false));
    }

    @Test
    void columnsAreRecordedOneByOneAndRowsInTheListsOrder() throws IOException {
        Path log = log("# Linux 7.3", "DM-2 map b\tskipped\tno page");

        run(REAL, log, true);

        String text = Files.readString(table);
        assertTrue(text.contains("| DM-2 | map b | passed | skipped: no page |"), text);
        assertTrue(text.contains("| Linux 7.3 | 0 | 1 | 0 |"), text);
        assertTrue(text.indexOf("| DM-2 |") < text.indexOf("| DM-10 |"), text);
    }

    @Test
    void caseThatRanSeveralTimesPassedIfItAlwaysDid() throws IOException {
        Path log = log("IU-3 length\tpassed\t", "IU-3 length\tfailed\tx", "IU-3 length\tpassed\t");

        assertEquals(
                "IU-3 length: failed: x; the table says not run", run(REAL, log, false).get(0));
    }
}
