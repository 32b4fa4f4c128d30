// SPDX-License-Identifier: Apache-2.0
package org.jvfio.manual;

import java.util.Locale;

/** Text in the language of man pages, <i>man(7)</i>: requests of lines of their own, and words. */
final class Roff {
    private static final int WIDTH = 78;

    private final StringBuilder text = new StringBuilder();

    /** What readers of the page do not see. */
    Roff comment(String words) {
        text.append(".\\\" ").append(words).append('\n');
        return this;
    }

    /** A request, such as {@code .TH}; its arguments are quoted, and must have no quotes. */
    Roff request(String name, String... arguments) {
        text.append('.').append(name);
        for (String argument : arguments) {
            text.append(" \"").append(argument).append('"');
        }
        text.append('\n');
        return this;
    }

    Roff section(String title) {
        return request("SH", title.toUpperCase(Locale.ROOT));
    }

    /** Text that is made up of {@link #bold}, {@link #italic} and {@link #plain}. */
    Roff line(String... parts) {
        StringBuilder line = new StringBuilder();
        for (String word : String.join("", parts).split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                end(line);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        return end(line);
    }

    private Roff end(StringBuilder line) {
        boolean likeARequest = line.indexOf(".") == 0 || line.indexOf("'") == 0;
        text.append(likeARequest ? "\\&" : "").append(line).append('\n');
        line.setLength(0);
        return this;
    }

    /** A paragraph with a hanging head: what it is about. */
    Roff item(String head, String body) {
        return request("TP").line(head).line(plain(body));
    }

    static String plain(String words) {
        return escaped(words);
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escaped(words) + "\\fR";
    }

    /** A hyphen must be one that can be copied into a shell. */
    private static String escaped(String words) {
        return words.replace("\\", "\\e").replace("-", "\\-").replaceAll("\\s+", " ").strip();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
