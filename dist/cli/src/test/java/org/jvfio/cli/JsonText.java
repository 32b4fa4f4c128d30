// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON strictly, to see that what was printed is some. Maps, lists, strings, and the rest as
 * text.
 */
final class JsonText {
    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** The object that is all of {@code text}. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> read(String text) {
        JsonText reader = new JsonText(text);
        Object value = reader.value();
        if (reader.peek() != 0) {
            throw new AssertionError("more than one value in " + text);
        }
        return (Map<String, Object>) value;
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        take('{');
        while (peek() != '}') {
            String name = string();
            take(':');
            members.put(name, value());
            separate('}');
        }
        take('}');
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        take('[');
        while (peek() != ']') {
            elements.add(value());
            separate(']');
        }
        take(']');
        return elements;
    }

    private void separate(char close) {
        if (peek() != close) {
            take(',');
            if (peek() == close) {
                throw new AssertionError("comma before " + close + " at " + at);
            }
        }
    }

    private String string() {
        StringBuilder characters = new StringBuilder();
        take('"');
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < ' ' || c > '~') {
                throw new AssertionError("raw character " + (int) c + " at " + at);
            }
            characters.append(c == '\\' ? escaped() : c);
        }
        at++;
        return characters.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = "\"\\nrt".indexOf(c);
        if (known < 0) {
            throw new AssertionError("escape " + c + " at " + at);
        }
        return "\"\\\n\r\t".charAt(known);
    }

    private String word() {
        int start = at;
        while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (!word.matches("null|true|false|-?[0-9]+")) {
            throw new AssertionError("\"" + word + "\" at " + at);
        }
        return word;
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw new AssertionError(expected + " expected at " + at + " of " + text);
        }
        at++;
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }
}
