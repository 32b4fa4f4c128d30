// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of a file, one after the other; a backslash at a line's end joins the next to it. */
final class SourceLines {
    private final List<SourceLine> lines;
    private final Location end;
    private int next;

    private SourceLines(List<SourceLine> lines, Location end) {
        this.lines = lines;
        this.end = end;
    }

    /**
     * Reads a file.
     *
     * @param name what messages call it
     */
    static SourceLines read(Path file, String name) throws IOException {
        List<String> texts = Files.readAllLines(file);
        List<SourceLine> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Location at = new Location(name, i + 1);
            StringBuilder text = new StringBuilder(texts.get(i));
            while (text.toString().endsWith("\\") && i + 1 < texts.size()) {
                i++;
                text.setLength(text.length() - 1);
                text.append(texts.get(i));
            }
            lines.add(SourceLine.of(at, text.toString()));
        }
        return new SourceLines(lines, new Location(name, texts.size()));
    }

    /** Why a file could not be read, in words. */
    static String reason(IOException failure) {
        return failure instanceof NoSuchFileException
                ? "there is no such file"
                : String.valueOf(failure.getMessage());
    }

    /** Where the file ends. */
    Location end() {
        return end;
    }

    /** The next line that says something; it stays the next one. */
    Optional<SourceLine> peek() {
        while (next < lines.size() && lines.get(next).isEmpty()) {
            next++;
        }
        return next < lines.size() ? Optional.of(lines.get(next)) : Optional.empty();
    }

    void skip() {
        next++;
    }

    /** The text that follows, as far as it is indented like its first line or more. */
    String indentedText() {
        List<String> text = new ArrayList<>();
        int indent = 0;
        while (next < lines.size()) {
            SourceLine line = lines.get(next);
            boolean blank = line.text.isBlank();
            if (!blank && indent == 0) {
                indent = line.indent();
            }
            if (!blank && (line.indent() == 0 || line.indent() < indent)) {
                break;
            }
            text.add(blank ? "" : line.text.strip());
            next++;
        }
        return String.join("\n", text).strip();
    }
}
