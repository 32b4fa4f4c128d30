// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.regex.Pattern;
import org.jvfio.kconfig.Expression.And;
import org.jvfio.kconfig.Expression.Constant;
import org.jvfio.kconfig.Expression.Equal;
import org.jvfio.kconfig.Expression.Not;
import org.jvfio.kconfig.Expression.Or;
import org.jvfio.kconfig.Expression.Reference;

/** Reads an expression from the words of a line: {@code =} binds first, then not, and, or. */
final class ExpressionParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");

    private final SourceLine line;

    private ExpressionParser(SourceLine line) {
        this.line = line;
    }

    /** The expression that comes next in {@code line}. */
    static Expression parse(SourceLine line) {
        return new ExpressionParser(line).or();
    }

    /** The expression behind an {@code if} at the end of a line; without one, what always holds. */
    static Expression condition(SourceLine line) {
        Expression condition = line.take("if") ? parse(line) : Constant.YES;
        line.end();
        return condition;
    }

    private Expression or() {
        Expression left = and();
        while (line.take("||")) {
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (line.take("&&")) {
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (line.take("!")) {
            return new Not(not());
        }
        if (line.take("(")) {
            Expression inner = or();
            if (!line.take(")")) {
                throw new KconfigException(line.at, "')' is missing");
            }
            return inner;
        }
        return comparison();
    }

    private Expression comparison() {
        Expression left = operand();
        if (line.take("=")) {
            return new Equal(left, operand());
        }
        return line.take("!=") ? new Not(new Equal(left, operand())) : left;
    }

    private Expression operand() {
        String token = line.next("a symbol, y or n");
        String word = SourceLine.isText(token) ? token.substring(1, token.length() - 1) : token;
        if (word.equals("y") || word.equals("n")) {
            return new Constant(word.equals("y"));
        }
        if (word.equals("m")) {
            throw new KconfigException(line.at, "'m': a module is there or not; write y or n");
        }
        if (SourceLine.isText(token) || !NAME.matcher(word).matches()) {
            throw new KconfigException(line.at, "'" + word + "' is neither a symbol, y nor n");
        }
        return new Reference(word);
    }
}
