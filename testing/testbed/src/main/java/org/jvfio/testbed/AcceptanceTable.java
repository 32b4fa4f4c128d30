// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code docs/acceptance.md}: what came of each of the kernel's own cases, on the simulated kernel
 * and on a real one.
 *
 * <p>A run of the cases is held against its column, or writes it.
 */
final class AcceptanceTable {
    /** How many cases the list has. */
    static final int CASES = 141;

    /** Which kernel a column is about. */
    enum Column {
        /** The testkit's. */
        SIMULATED,
        /** The guest's. */
        REAL
    }

    /**
     * A row.
     *
     * @param test the test's name and its variant
     * @param simulated what came of it on the simulated kernel
     * @param real what came of it on the real one
     */
    private record Row(String test, String simulated, String real) {
        static Row of(String test) {
            return new Row(test, NOT_RUN, NOT_RUN);
        }

        String outcome(Column column) {
            return column == Column.SIMULATED ? simulated : real;
        }

        Row with(Column column, String ranTest, String outcome) {
            return column == Column.SIMULATED
                    ? new Row(ranTest, outcome, real)
                    : new Row(ranTest, simulated, outcome);
        }
    }

    private static final String NOT_RUN = "not run";
    private static final String ORDER = "DM DL MM CD PD PI DR SR PF IU";
    private static final Comparator<String> BY_ID =
            Comparator.comparing((String id) -> ORDER.indexOf(id.substring(0, 2)))
                    .thenComparing(id -> Integer.valueOf(id.substring(3)));
    private static final String ROW = "\\| [A-Z]{2}-\\d+ \\|.*";

    private final Map<String, Row> rows = new TreeMap<>(BY_ID);
    private final Map<Column, String> kernels = new EnumMap<>(Column.class);

    private AcceptanceTable() {
        kernels.put(Column.SIMULATED, "simulated kernel");
        kernels.put(Column.REAL, "real kernel");
    }

    /**
     * Holds a run on a real kernel against the table, or writes it.
     *
     * <p>Arguments: the run's log, the table, and {@code --record} to write. The exit status is 0
     * if the table says what the run did.
     */
    public static void main(String[] arguments) throws IOException {
        boolean record = arguments.length > 2 && arguments[2].equals("--record");
        List<String> differences =
                run(Column.REAL, List.of(Path.of(arguments[0])), Path.of(arguments[1]), record);
        differences.forEach(System.out::println);
        System.exit(differences.isEmpty() ? 0 : 1);
    }

    /**
     * Holds a run of all cases against the table; answers where they differ, in words. A case that
     * the run did not have was not run.
     *
     * @param record whether the table is changed instead
     */
    static List<String> run(Column column, List<Path> logs, Path file, boolean record)
            throws IOException {
        AcceptanceTable table = read(file);
        AcceptanceTable ran = read(file);
        ran.rows.replaceAll((id, row) -> row.with(column, row.test(), NOT_RUN));
        for (Path log : logs) {
            if (Files.exists(log)) {
                ran.take(column, Files.readAllLines(log));
            }
        }
        if (record) {
            Files.writeString(file, ran.text());
            return List.of();
        }
        return table.differences(ran, column);
    }

    private List<String> differences(AcceptanceTable ran, Column column) {
        List<String> found = new ArrayList<>();
        ran.rows.forEach(
                (id, row) -> {
                    Row known = rows.getOrDefault(id, Row.of(row.test()));
                    String now = row.outcome(column);
                    String before = known.outcome(column);
                    if (!now.equals(before) || !row.test().equals(known.test())) {
                        found.add(
                                "%s %s: %s; the table says %s"
                                        .formatted(id, row.test(), now, before));
                    }
                });
        return found;
    }

    /** Reads a table that {@link #text} wrote; an empty one if there is none yet. */
    private static AcceptanceTable read(Path file) throws IOException {
        AcceptanceTable table = new AcceptanceTable();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                List<String> cells = List.of(line.split(" *\\| *", -1));
                if (line.startsWith("| id |")) {
                    table.kernels.put(Column.SIMULATED, cells.get(3));
                    table.kernels.put(Column.REAL, cells.get(4));
                } else if (line.matches(ROW)) {
                    table.rows.put(cells.get(1), new Row(cells.get(2), cells.get(3), cells.get(4)));
                }
            }
        }
        return table;
    }

    /**
     * Takes the lines of a log: {@code # KERNEL}, and name, outcome, reason with tabs between. A
     * case that ran several times passed if it always did.
     */
    private void take(Column column, List<String> log) {
        for (String line : log) {
            if (line.startsWith("# ")) {
                kernels.put(column, line.substring(2));
            } else {
                List<String> parts = List.of(line.replace('|', '/').split("\t", -1));
                String name = parts.get(0);
                String id = name.substring(0, name.indexOf(' '));
                String test = name.substring(id.length() + 1);
                String reason = parts.get(2).isEmpty() ? "" : ": " + parts.get(2);
                Row before = rows.getOrDefault(id, Row.of(test));
                String earlier = before.outcome(column);
                if (earlier.equals(NOT_RUN) || earlier.equals("passed")) {
                    rows.put(id, before.with(column, test, parts.get(1) + reason));
                }
            }
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        text.append("| kernel | passed | skipped | failed |\n|---|---|---|---|\n");
        kernels.forEach(
                (column, name) ->
                        text.append(
                                "| %s | %d | %d | %d |\n"
                                        .formatted(
                                                name,
                                                count(column, "passed"),
                                                count(column, "skipped"),
                                                count(column, "failed"))));
        text.append("\n| id | test and variant | ")
                .append(String.join(" | ", kernels.values()))
                .append(" |\n|---|---|---|---|\n");
        rows.forEach(
                (id, row) ->
                        text.append("| ")
                                .append(
                                        String.join(
                                                " | ", id, row.test(), row.simulated(), row.real()))
                                .append(" |\n"));
        return text.toString();
    }

    private long count(Column column, String outcome) {
        return rows.values().stream()
                .filter(row -> row.outcome(column).startsWith(outcome))
                .count();
    }

    private static final String INTRODUCTION =
            """
            <!-- SPDX-License-Identifier: Apache-2.0 -->
            <!-- Written by the runs of the cases: do not edit. -->
            # The kernel's own cases

            The %d cases of Linux 7.3's `tools/testing/selftests/vfio`, written against jvfio in
            `org.jvfio.testkit.acceptance`: one page mapped and unmapped (DM), the top of the address space (DL), BARs as
            memory for DMA (MM), binding and attaching (CD), PCI devices and their interrupts (PD, PI), a driver that copies
            memory (DR), tokens of virtual functions (SR), devices initialised side by side (PF). IU are the cases of
            `selftests/iommu` that need nothing but `/dev/iommu`: tests of the testkit's, made of system calls. Every build runs
            all of them on the simulated kernel and holds the outcome against this table; `testing/testbed/run x86_64` does so
            on the real one.

            The device of DM, DL, CD and DR is QEMU's `edu`, for which there is a driver here, that of MM, PD and PI-2 its
            `nvme`, that of SR its `igb`. What the kernel's tests do beside: they look at the page tables through Intel's
            debugfs where the kernel shows them (DM), and copy a gigabyte where the device can (DR; `edu` takes 4 KiB).
            Large pages of the simulated kernel are usual ones that lie as those do. The kernel's cases believe what they are
            answered; that a device really reaches what is mapped, and nothing else, the contract suites hold.

            """
                    .formatted(CASES);
}
