// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A JSON object that keeps the order of its members.
 *
 * <p>Its text is plain ASCII: other characters are written as escapes, so it means the same
 * whatever the terminal's encoding.
 */
final class JsonObject {
    private static final String INDENT = "  ";

    private final Map<String, Object> members = new LinkedHashMap<>();

    /**
     * Adds a member.
     *
     * @param value a string, number, boolean, {@code JsonObject}, a collection of such, or an
     *     optional one, which is {@code null} if it is empty
     */
    JsonObject with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** The object as text, on several lines. */
    String text() {
        StringBuilder text = new StringBuilder();
        write(this, "\n", text);
        return text.toString();
    }

    private static void write(Object value, String newLine, StringBuilder text) {
        if (value instanceof JsonObject object) {
            object.writeMembers(newLine, text);
        } else if (value instanceof Collection<?> elements) {
            writeElements(elements, newLine, text);
        } else if (value instanceof CharSequence characters) {
            quote(characters, text);
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Optional<?> optional) {
            writeFirst(optional.stream().toList(), newLine, text);
        } else if (value instanceof OptionalInt number) {
            writeFirst(number.stream().boxed().toList(), newLine, text);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private static void writeFirst(List<?> atMostOne, String newLine, StringBuilder text) {
        if (atMostOne.isEmpty()) {
            text.append("null");
        } else {
            write(atMostOne.get(0), newLine, text);
        }
    }

    private void writeMembers(String newLine, StringBuilder text) {
        String separator = "";
        text.append('{');
        for (Map.Entry<String, Object> member : members.entrySet()) {
            text.append(separator).append(newLine).append(INDENT);
            quote(member.getKey(), text);
            text.append(": ");
            write(member.getValue(), newLine + INDENT, text);
            separator = ",";
        }
        text.append(members.isEmpty() ? "" : newLine).append('}');
    }

    private static void writeElements(Collection<?> elements, String newLine, StringBuilder text) {
        String separator = "";
        text.append('[');
        for (Object element : elements) {
            text.append(separator).append(newLine).append(INDENT);
            write(element, newLine + INDENT, text);
            separator = ",";
        }
        text.append(elements.isEmpty() ? "" : newLine).append(']');
    }

    private static void quote(CharSequence characters, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < characters.length(); i++) {
            char c = characters.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c > '~') {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
