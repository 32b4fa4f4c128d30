// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can be configured: the symbols of a tree of Kconfig files, in the order of the files.
 *
 * <p>The language is that of Linux and QEMU, as far as something is there or not: {@code config},
 * {@code menuconfig}, {@code bool}, {@code def_bool}, {@code prompt}, {@code default}, {@code
 * depends on}, {@code select}, {@code imply}, {@code help}, {@code if}, {@code menu}, {@code
 * visible if}, {@code comment}, {@code mainmenu} and {@code source}. A symbol that is named must be
 * defined.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <p>Source: {@code Documentation/kbuild/kconfig-language.rst} of Linux.
 */
public final class Kconfig {
    private final Map<String, Symbol> symbols;

    private Kconfig(Map<String, Symbol> symbols) {
        this.symbols = Collections.unmodifiableMap(symbols);
    }

    /**
     * Reads {@code file} and what it sources, by paths from the folder that it is in.
     *
     * @throws KconfigException if a file cannot be read or says what it cannot
     */
    public static Kconfig read(Path file) {
        Map<String, List<Definition>> definitions = new LinkedHashMap<>();
        for (Definition definition : KconfigParser.parse(file)) {
            definitions
                    .computeIfAbsent(definition.symbol, name -> new ArrayList<>())
                    .add(definition);
        }
        Map<String, Symbol> symbols = new LinkedHashMap<>();
        definitions.forEach((name, all) -> symbols.put(name, new Symbol(name, all)));
        Kconfig tree = new Kconfig(symbols);
        definitions.values().stream().flatMap(List::stream).forEach(tree::check);
        return tree;
    }

    private void check(Definition definition) {
        if (definition.type.isEmpty()) {
            throw new KconfigException(
                    definition.at, definition.symbol + " has no type; add 'bool' below it");
        }
        definition.depends.forEach(each -> check(each.expression(), each.at()));
        definition.prompt.ifPresent(each -> check(each.when(), definition.at));
        for (Definition.Default each : definition.defaults) {
            check(each.value(), each.at());
            check(each.when(), each.at());
        }
        Stream.of(definition.selects, definition.implies)
                .flatMap(List::stream)
                .forEach(
                        each -> {
                            check(new Expression.Reference(each.target()), each.at());
                            check(each.when(), each.at());
                        });
    }

    private void check(Expression expression, Location at) {
        expression
                .symbols()
                .filter(name -> !symbols.containsKey(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw new KconfigException(at, name + " is not defined anywhere");
                        });
    }

    /** All symbols, in the order of the files. */
    public List<Symbol> symbols() {
        return List.copyOf(symbols.values());
    }

    /** The symbol with this name, which is without {@code CONFIG_}. */
    public Optional<Symbol> symbol(String name) {
        return Optional.ofNullable(symbols.get(name));
    }

    /** The definitions that turn {@code target} on, by what {@code kind} shows of them. */
    Stream<Turner> turnersOf(String target, Function<Definition, List<Definition.Reverse>> kind) {
        return symbols.values().stream()
                .flatMap(symbol -> symbol.definitions().stream())
                .flatMap(by -> kind.apply(by).stream().map(how -> new Turner(by, how)))
                .filter(turner -> turner.how().target().equals(target));
    }

    /** Who turns a symbol on, and how. */
    record Turner(Definition by, Definition.Reverse how) {}
}
