// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A value for each symbol of a tree.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Configuration {
    private final Map<String, Boolean> values;

    Configuration(Map<String, Boolean> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Whether a symbol is on.
     *
     * @throws IllegalArgumentException if the tree has no such symbol
     */
    public boolean isOn(String symbol) {
        Boolean value = values.get(symbol);
        if (value == null) {
            throw new IllegalArgumentException(symbol + ": no such symbol");
        }
        return value;
    }

    /** Whether the tree has a symbol. */
    public boolean knows(String symbol) {
        return values.containsKey(symbol);
    }

    /** The names of all symbols, in the tree's order. */
    public List<String> symbols() {
        return List.copyOf(values.keySet());
    }

    /** The names of the symbols that are on, in the tree's order. */
    public List<String> on() {
        return values.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The lines of a {@code .config}, one for each symbol, in the tree's order. */
    public List<String> lines() {
        return values.keySet().stream().map(this::line).toList();
    }

    /**
     * The line of a {@code .config} about one symbol.
     *
     * @throws IllegalArgumentException if the tree has no such symbol
     */
    public String line(String symbol) {
        return isOn(symbol) ? "CONFIG_" + symbol + "=y" : "# CONFIG_" + symbol + " is not set";
    }

    /**
     * The lines of {@link #lines} that differ from those of {@code before}, a symbol's new value.
     */
    public List<String> changes(Configuration before) {
        return values.keySet().stream()
                .filter(symbol -> !Boolean.valueOf(isOn(symbol)).equals(before.values.get(symbol)))
                .map(this::line)
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Configuration that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return on().stream().collect(Collectors.joining(" ", "[", "]"));
    }
}
