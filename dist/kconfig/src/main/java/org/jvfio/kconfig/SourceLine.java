// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of a Kconfig file in its words; a comment has none. */
final class SourceLine {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(?<comment>#.*)|(?<word>[A-Za-z0-9_./-]+)"
                            + "|(?<text>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
                            + "|(?<operator>&&|\\|\\||!=|[=!()]))");

    final Location at;
    final String text;
    private final List<String> tokens;
    private int next;

    private SourceLine(Location at, String text, List<String> tokens) {
        this.at = at;
        this.text = text;
        this.tokens = tokens;
    }

    /** The line, whose words are looked at only when somebody asks for them. */
    static SourceLine of(Location at, String text) {
        List<String> tokens = new ArrayList<>();
        String rest = text.stripTrailing();
        Matcher matcher = TOKEN.matcher(rest);
        int from = 0;
        while (from < rest.length()) {
            if (!matcher.find(from) || matcher.start() != from) {
                tokens.add(rest.substring(from).strip());
                break;
            }
            if (matcher.group("comment") == null) {
                tokens.add(matcher.group().strip());
            }
            from = matcher.end();
        }
        return new SourceLine(at, text, tokens);
    }

    boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** How far the line is indented; a tab goes to the next multiple of eight. */
    int indent() {
        int column = 0;
        for (int i = 0; i < text.length() && Character.isWhitespace(text.charAt(i)); i++) {
            column = text.charAt(i) == '\t' ? (column / 8 + 1) * 8 : column + 1;
        }
        return column;
    }

    boolean hasNext() {
        return next < tokens.size();
    }

    String peek() {
        return hasNext() ? tokens.get(next) : "";
    }

    String next(String what) {
        if (!hasNext()) {
            throw new KconfigException(at, what + " is missing at the end of the line");
        }
        return tokens.get(next++);
    }

    /** Takes the next word if it is {@code word}. */
    boolean take(String word) {
        boolean there = peek().equals(word);
        next += there ? 1 : 0;
        return there;
    }

    /** The next word without its quotation marks, if it has any. */
    String nextText(String what) {
        String token = next(what);
        return isText(token)
                ? token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1")
                : token;
    }

    static boolean isText(String token) {
        return token.startsWith("\"") || token.startsWith("'");
    }

    /** Refuses anything more. */
    void end() {
        if (hasNext()) {
            throw new KconfigException(at, "'" + peek() + "' is one word too many");
        }
    }
}
