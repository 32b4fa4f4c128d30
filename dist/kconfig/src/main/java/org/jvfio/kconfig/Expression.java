// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.function.Predicate;
import java.util.stream.Stream;

/** What stands behind {@code if}, {@code depends on} and {@code default}: true or false. */
sealed interface Expression {
    /** Whether it holds, given which symbols are on. */
    boolean holds(Predicate<String> isOn);

    /** The symbols that it names. */
    Stream<String> symbols();

    /** {@code y} or {@code n}. */
    record Constant(boolean value) implements Expression {
        static final Constant YES = new Constant(true);

        @Override
        public boolean holds(Predicate<String> isOn) {
            return value;
        }

        @Override
        public Stream<String> symbols() {
            return Stream.empty();
        }

        @Override
        public String toString() {
            return value ? "y" : "n";
        }
    }

    /** A symbol, which is on or not. */
    record Reference(String symbol) implements Expression {
        @Override
        public boolean holds(Predicate<String> isOn) {
            return isOn.test(symbol);
        }

        @Override
        public Stream<String> symbols() {
            return Stream.of(symbol);
        }

        @Override
        public String toString() {
            return symbol;
        }
    }

    /** {@code !inner}. */
    record Not(Expression inner) implements Expression {
        @Override
        public boolean holds(Predicate<String> isOn) {
            return !inner.holds(isOn);
        }

        @Override
        public Stream<String> symbols() {
            return inner.symbols();
        }

        @Override
        public String toString() {
            return "!" + inner;
        }
    }

    /** {@code left && right}. */
    record And(Expression left, Expression right) implements Expression {
        @Override
        public boolean holds(Predicate<String> isOn) {
            return left.holds(isOn) && right.holds(isOn);
        }

        @Override
        public Stream<String> symbols() {
            return Stream.concat(left.symbols(), right.symbols());
        }

        @Override
        public String toString() {
            return "(" + left + " && " + right + ")";
        }
    }

    /** {@code left || right}. */
    record Or(Expression left, Expression right) implements Expression {
        @Override
        public boolean holds(Predicate<String> isOn) {
            return left.holds(isOn) || right.holds(isOn);
        }

        @Override
        public Stream<String> symbols() {
            return Stream.concat(left.symbols(), right.symbols());
        }

        @Override
        public String toString() {
            return "(" + left + " || " + right + ")";
        }
    }

    /** {@code left = right}. */
    record Equal(Expression left, Expression right) implements Expression {
        @Override
        public boolean holds(Predicate<String> isOn) {
            return left.holds(isOn) == right.holds(isOn);
        }

        @Override
        public Stream<String> symbols() {
            return Stream.concat(left.symbols(), right.symbols());
        }

        @Override
        public String toString() {
            return left + " = " + right;
        }
    }
}
