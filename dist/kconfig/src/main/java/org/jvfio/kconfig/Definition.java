// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One {@code config} block. Most symbols have one; a symbol may have more. */
final class Definition {
    final String symbol;
    final Location at;
    final List<Condition> depends;
    final List<Default> defaults = new ArrayList<>();
    final List<Reverse> selects = new ArrayList<>();
    final List<Reverse> implies = new ArrayList<>();
    Optional<Prompt> prompt = Optional.empty();
    Optional<Location> type = Optional.empty();
    String help = "";

    /**
     * A block without attributes yet.
     *
     * @param depends what the blocks around it require
     */
    Definition(String symbol, Location at, List<Condition> depends) {
        this.symbol = symbol;
        this.at = at;
        this.depends = new ArrayList<>(depends);
    }

    /** The first condition that does not hold. */
    Optional<Condition> unmet(Predicate<String> isOn) {
        return depends.stream().filter(each -> !each.expression().holds(isOn)).findFirst();
    }

    boolean isMet(Predicate<String> isOn) {
        return unmet(isOn).isEmpty();
    }

    /** What a user is asked, and when. */
    record Prompt(String text, Expression when) {}

    /** A value, where nobody chose one. */
    record Default(Expression value, Expression when, Location at) {}

    /** A symbol that this one turns on. */
    record Reverse(String target, Expression when, Location at) {}
}
