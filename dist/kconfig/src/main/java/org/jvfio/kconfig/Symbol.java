// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.List;
import java.util.Optional;

/**
 * Something that a configuration has or lacks.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Symbol {
    private final String name;
    private final List<Definition> definitions;

    Symbol(String name, List<Definition> definitions) {
        this.name = name;
        this.definitions = List.copyOf(definitions);
    }

    /** Its name, without {@code CONFIG_}. */
    public String name() {
        return name;
    }

    /** Where it is defined first. */
    public Location at() {
        return definitions.get(0).at;
    }

    /** What a user is asked about it; empty if it follows from others alone. */
    public Optional<String> prompt() {
        return definitions.stream()
                .flatMap(each -> each.prompt.stream())
                .map(Definition.Prompt::text)
                .findFirst();
    }

    /** Its help text; empty if there is none. */
    public String help() {
        return definitions.stream()
                .map(each -> each.help)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    List<Definition> definitions() {
        return definitions;
    }

    @Override
    public String toString() {
        return name + " (" + at() + ")";
    }
}
