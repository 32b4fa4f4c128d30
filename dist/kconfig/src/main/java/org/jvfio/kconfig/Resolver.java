// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jvfio.kconfig.Definition.Default;
import org.jvfio.kconfig.Definition.Reverse;
import org.jvfio.kconfig.Kconfig.Turner;
import org.jvfio.kconfig.Settings.Setting;

/**
 * Gives each symbol of a tree its value.
 *
 * <p>What somebody chose holds where the symbol has a prompt that is shown; else the first default
 * whose condition holds, or an {@code imply}, both only where what it depends on is on. {@code
 * select} goes before all of that. This is what Linux does, but for two things that Linux lets pass
 * and that are errors here, as they are for QEMU: a {@code select} of something whose dependency is
 * off, and a choice that does not come true.
 */
public final class Resolver {
    private final Kconfig tree;
    private final boolean defaults;
    private final boolean strict;

    private Resolver(Kconfig tree, boolean defaults, boolean strict) {
        this.tree = tree;
        this.defaults = defaults;
        this.strict = strict;
    }

    /** A resolver for {@code tree}. */
    public static Resolver of(Kconfig tree) {
        return new Resolver(tree, true, true);
    }

    /** One for which no {@code default} and no {@code imply} turns anything on. */
    public Resolver withoutDefaults() {
        return new Resolver(tree, false, strict);
    }

    /**
     * One that passes over choices that cannot come true, and over symbols that are gone, as for a
     * configuration from before the tree changed.
     */
    public Resolver forgiving() {
        return new Resolver(tree, defaults, false);
    }

    /**
     * The configuration that follows from what was chosen.
     *
     * @throws KconfigException if something contradicts something else; the message has both places
     */
    public Configuration resolve(Settings chosen) {
        return new Run(chosen).all();
    }

    /** One resolution: values that are found, and those that are being looked for. */
    private final class Run {
        private final Settings chosen;
        private final Map<String, Boolean> values = new LinkedHashMap<>();
        private final Deque<Symbol> underWay = new ArrayDeque<>();

        Run(Settings chosen) {
            this.chosen = chosen;
        }

        Configuration all() {
            Map<String, Boolean> inOrder = new LinkedHashMap<>();
            for (Symbol symbol : tree.symbols()) {
                inOrder.put(symbol.name(), value(symbol.name()));
            }
            if (strict) {
                chosen.bySymbol().forEach(this::checkCameTrue);
            }
            return new Configuration(inOrder);
        }

        private boolean value(String name) {
            Boolean known = values.get(name);
            if (known != null) {
                return known;
            }
            Symbol symbol = tree.symbol(name).orElseThrow();
            if (underWay.contains(symbol)) {
                throw circle(symbol);
            }
            underWay.addLast(symbol);
            boolean value = find(symbol);
            underWay.removeLast();
            values.put(name, value);
            return value;
        }

        private KconfigException circle(Symbol again) {
            String circle =
                    underWay.stream()
                            .dropWhile(symbol -> !symbol.equals(again))
                            .map(symbol -> symbol + " needs ")
                            .collect(Collectors.joining());
            return new KconfigException(
                    again.at(), "the value of " + circle + again.name() + " again");
        }

        private boolean find(Symbol symbol) {
            boolean met = isMet(symbol);
            boolean own = ownValue(symbol, met);
            Optional<Turner> selecting = active(symbol, each -> each.selects);
            if (selecting.isPresent() && !met) {
                throw unmet(symbol, selecting.get());
            }
            return own || selecting.isPresent();
        }

        private boolean ownValue(Symbol symbol, boolean met) {
            Optional<Setting> setting = chosen.of(symbol.name());
            if (setting.isPresent() && isVisible(symbol)) {
                return setting.get().value();
            }
            return defaults
                    && (isOnByDefault(symbol)
                            || (met && active(symbol, each -> each.implies).isPresent()));
        }

        private boolean isMet(Symbol symbol) {
            return symbol.definitions().stream().anyMatch(each -> each.isMet(this::value));
        }

        private boolean isVisible(Symbol symbol) {
            return symbol.definitions().stream()
                    .filter(each -> each.prompt.isPresent())
                    .filter(each -> each.prompt.get().when().holds(this::value))
                    .anyMatch(each -> each.isMet(this::value));
        }

        private boolean isOnByDefault(Symbol symbol) {
            for (Definition definition : symbol.definitions()) {
                for (Default each : definition.defaults) {
                    if (each.when().holds(this::value) && definition.isMet(this::value)) {
                        return each.value().holds(this::value);
                    }
                }
            }
            return false;
        }

        /** The first that turns {@code symbol} on, in one way or the other. */
        private Optional<Turner> active(Symbol symbol, Function<Definition, List<Reverse>> kind) {
            return tree.turnersOf(symbol.name(), kind)
                    .filter(turner -> value(turner.by().symbol))
                    .filter(turner -> turner.by().isMet(this::value))
                    .filter(turner -> turner.how().when().holds(this::value))
                    .findFirst();
        }

        private KconfigException unmet(Symbol symbol, Turner selecting) {
            return new KconfigException(
                    selecting.how().at(),
                    "%s selects %s, which depends on %s, and that does not hold"
                            .formatted(selecting.by().symbol, symbol.name(), missing(symbol)));
        }

        /** What would have to hold, in one of the places where a symbol is defined. */
        private String missing(Symbol symbol) {
            return symbol.definitions().stream()
                    .flatMap(each -> each.unmet(this::value).stream())
                    .map(Condition::toString)
                    .collect(Collectors.joining(" or "));
        }

        private void checkCameTrue(String name, Setting setting) {
            Symbol symbol =
                    tree.symbol(name)
                            .orElseThrow(() -> new KconfigException(setting.at(), noSuch(name)));
            if (value(name) != setting.value()) {
                throw new KconfigException(setting.at(), whyNot(symbol, setting.value()));
            }
        }

        private String noSuch(String name) {
            List<String> similar = new ArrayList<>();
            for (Symbol symbol : tree.symbols()) {
                if (symbol.name().contains(name) || name.contains(symbol.name())) {
                    similar.add(symbol.name());
                }
            }
            return "there is no symbol "
                    + name
                    + (similar.isEmpty() ? "" : "; there is " + String.join(", ", similar));
        }

        private String whyNot(Symbol symbol, boolean wanted) {
            String name = symbol.name();
            if (!wanted) {
                Optional<Turner> selecting = active(symbol, each -> each.selects);
                if (selecting.isPresent()) {
                    return "%s cannot be off: %s selects it (%s)"
                            .formatted(
                                    name, selecting.get().by().symbol, selecting.get().how().at());
                }
            }
            if (!isMet(symbol)) {
                return "%s cannot be on: it depends on %s".formatted(name, missing(symbol));
            }
            return "%s cannot be chosen: it has no prompt where it is defined (%s)"
                    .formatted(
                            name,
                            Stream.of(symbol)
                                    .flatMap(each -> each.definitions().stream())
                                    .map(each -> each.at.toString())
                                    .collect(Collectors.joining(", ")));
        }
    }
}
