// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jvfio.kconfig.Expression.And;
import org.jvfio.kconfig.Expression.Constant;

/** Reads Kconfig files into the definitions that they hold. */
final class KconfigParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
    private static final Set<String> OTHER_TYPES = Set.of("tristate", "int", "hex", "string");

    private final Path folder;
    private final List<String> sourcing;
    private final SourceLines lines;
    private final List<Definition> definitions;

    private KconfigParser(
            Path folder, List<String> sourcing, SourceLines lines, List<Definition> definitions) {
        this.folder = folder;
        this.sourcing = sourcing;
        this.lines = lines;
        this.definitions = definitions;
    }

    /** The definitions in {@code file} and in what it sources, in their order. */
    static List<Definition> parse(Path file) {
        List<Definition> definitions = new ArrayList<>();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        String name = String.valueOf(file.getFileName());
        try {
            new KconfigParser(folder, List.of(name), SourceLines.read(file, name), definitions)
                    .block(Around.NOTHING, "", new Location(name, 1));
        } catch (IOException failure) {
            throw new KconfigException(file + ": " + SourceLines.reason(failure), failure);
        }
        return definitions;
    }

    /** Reads entries up to a line that says {@code end}, or to the end of the file for none. */
    private void block(Around around, String end, Location begin) {
        while (lines.peek().isPresent()) {
            SourceLine line = lines.peek().get();
            if (line.take(end)) {
                line.end();
                lines.skip();
                return;
            }
            entry(line, around);
        }
        if (!end.isEmpty()) {
            throw new KconfigException(
                    lines.end(), end + " is missing; " + begin + " waits for it");
        }
    }

    private void entry(SourceLine line, Around around) {
        String keyword = line.next("a keyword");
        switch (keyword) {
            case "config", "menuconfig" -> config(line, around);
            case "if" -> ifBlock(line, around);
            case "menu" -> menu(line, around);
            case "comment" -> comment(line);
            case "mainmenu" -> lines.skip();
            case "source" -> source(line, around);
            default ->
                    throw new KconfigException(
                            line.at, "'" + keyword + "' cannot stand here, or is not known");
        }
    }

    private void ifBlock(SourceLine line, Around around) {
        Condition condition = new Condition(ExpressionParser.parse(line), line.at);
        line.end();
        lines.skip();
        block(around.requiring(condition), "endif", line.at);
    }

    /** A menu's own dependencies stand below it, before its first entry. */
    private void menu(SourceLine begin, Around around) {
        begin.nextText("a text");
        begin.end();
        lines.skip();
        Around inner = around;
        while (lines.peek().isPresent()) {
            SourceLine line = lines.peek().get();
            if (line.take("depends")) {
                inner = inner.requiring(dependency(line));
            } else if (line.take("visible")) {
                require(line, "if");
                inner = inner.visible(ExpressionParser.parse(line));
                line.end();
            } else {
                break;
            }
            lines.skip();
        }
        block(inner, "endmenu", begin.at);
    }

    private void comment(SourceLine comment) {
        comment.nextText("a text");
        comment.end();
        lines.skip();
        while (lines.peek().isPresent() && lines.peek().get().take("depends")) {
            dependency(lines.peek().get());
            lines.skip();
        }
    }

    private void source(SourceLine line, Around around) {
        String name = line.nextText("a path");
        line.end();
        lines.skip();
        if (sourcing.contains(name)) {
            throw new KconfigException(line.at, name + " sources itself");
        }
        List<String> deeper = new ArrayList<>(sourcing);
        deeper.add(name);
        SourceLines sourced;
        try {
            sourced = SourceLines.read(folder.resolve(name), name);
        } catch (IOException failure) {
            throw new KconfigException(line.at, name + ": " + SourceLines.reason(failure));
        }
        new KconfigParser(folder, deeper, sourced, definitions).block(around, "", line.at);
    }

    private void config(SourceLine line, Around around) {
        String name = line.next("a symbol");
        line.end();
        lines.skip();
        if (!NAME.matcher(name).matches()) {
            throw new KconfigException(line.at, "'" + name + "' is no name for a symbol");
        }
        Definition definition = new Definition(name, line.at, around.requires());
        boolean more = true;
        while (more && lines.peek().isPresent()) {
            SourceLine attribute = lines.peek().get();
            more = attribute(definition, attribute, around.visible());
            if (more) {
                attribute.end();
            }
        }
        definitions.add(definition);
    }

    /** Reads an attribute; says whether it was one. */
    private boolean attribute(Definition definition, SourceLine line, Expression visible) {
        switch (line.peek()) {
            case "bool" -> type(definition, line, visible);
            case "def_bool" -> {
                typed(definition, line);
                line.next("def_bool");
                definition.defaults.add(defaultOf(line));
            }
            case "prompt" -> {
                line.next("prompt");
                definition.prompt = Optional.of(prompt(line, visible));
            }
            case "default" -> {
                line.next("default");
                definition.defaults.add(defaultOf(line));
            }
            case "depends" -> {
                line.next("depends");
                definition.depends.add(dependency(line));
            }
            case "select" -> definition.selects.add(reverse(line));
            case "imply" -> definition.implies.add(reverse(line));
            case "help" -> {
                lines.skip();
                line.next("help");
                definition.help = lines.indentedText();
                return true;
            }
            default -> {
                refuseOtherType(line);
                return false;
            }
        }
        lines.skip();
        return true;
    }

    private static void refuseOtherType(SourceLine line) {
        if (OTHER_TYPES.contains(line.peek())) {
            throw new KconfigException(
                    line.at, "'" + line.peek() + "': a module is there or not; write 'bool'");
        }
    }

    private static void type(Definition definition, SourceLine line, Expression visible) {
        typed(definition, line);
        line.next("bool");
        if (line.hasNext()) {
            definition.prompt = Optional.of(prompt(line, visible));
        }
    }

    private static void typed(Definition definition, SourceLine line) {
        definition.type = Optional.of(line.at);
    }

    private static Definition.Prompt prompt(SourceLine line, Expression visible) {
        String text = line.nextText("a prompt");
        return new Definition.Prompt(text, new And(visible, ExpressionParser.condition(line)));
    }

    private static Definition.Default defaultOf(SourceLine line) {
        Expression value = ExpressionParser.parse(line);
        return new Definition.Default(value, ExpressionParser.condition(line), line.at);
    }

    private static Definition.Reverse reverse(SourceLine line) {
        line.next("select or imply");
        String target = line.next("a symbol");
        return new Definition.Reverse(target, ExpressionParser.condition(line), line.at);
    }

    private static Condition dependency(SourceLine line) {
        require(line, "on");
        Condition dependency = new Condition(ExpressionParser.parse(line), line.at);
        line.end();
        return dependency;
    }

    private static void require(SourceLine line, String word) {
        if (!line.take(word)) {
            throw new KconfigException(line.at, "'" + word + "' is missing");
        }
    }

    /** What the blocks around an entry say of it. */
    private record Around(List<Condition> requires, Expression visible) {
        static final Around NOTHING = new Around(List.of(), Constant.YES);

        Around requiring(Condition condition) {
            List<Condition> more = new ArrayList<>(requires);
            more.add(condition);
            return new Around(more, visible);
        }

        Around visible(Expression also) {
            return new Around(requires, new And(visible, also));
        }
    }
}
