// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines of text whose cells stand under each other, with notes wrapped between them. */
final class Columns {
    private static final int WIDTH = 100;
    private static final String GAP = "  ";
    private static final String BULLET = "- ";

    private final String indent;
    private final List<Line> lines = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();

    /** Columns at the left edge. */
    Columns() {
        this("");
    }

    /** Columns with {@code indent} before each line. */
    Columns(String indent) {
        this.indent = indent;
    }

    /** Adds a line of cells. */
    Columns row(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            if (i == widths.size()) {
                widths.add(0);
            }
            widths.set(i, Math.max(widths.get(i), cells[i].length()));
        }
        lines.add(new Line(List.of(cells), ""));
        return this;
    }

    /** Adds a text below the last line, wrapped and moved in. */
    Columns note(String text) {
        lines.add(new Line(List.of(), text));
        return this;
    }

    /** Prints the lines. */
    void print(PrintWriter out) {
        for (Line line : lines) {
            if (line.cells.isEmpty()) {
                wrap(line.note, out);
            } else {
                out.println(aligned(line.cells));
            }
        }
    }

    private String aligned(List<String> cells) {
        StringBuilder text = new StringBuilder(indent);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            text.append(cell).append(" ".repeat(widths.get(i) - cell.length())).append(GAP);
        }
        return text.toString().stripTrailing();
    }

    /** Prints a note in lines of at most 100 characters, broken between words only. */
    private void wrap(String note, PrintWriter out) {
        String margin = indent + GAP + " ".repeat(BULLET.length());
        StringBuilder line = new StringBuilder(indent).append(GAP).append(BULLET);
        String space = "";
        for (String word : note.split(" ", -1)) {
            if (!space.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line.setLength(0);
                line.append(margin);
                space = "";
            }
            line.append(space).append(word);
            space = " ";
        }
        out.println(line);
    }

    /** Cells, or a note if there are none. */
    private record Line(List<String> cells, String note) {}
}
