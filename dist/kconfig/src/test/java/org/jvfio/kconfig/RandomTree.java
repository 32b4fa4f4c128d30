// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A tree and settings by chance. A symbol's value follows from those before it, never from later
 * ones.
 */
final class RandomTree {
    private static final int SYMBOLS = 10;

    private final Random random;
    private final List<String> lines = new ArrayList<>();

    private RandomTree(long seed) {
        this.random = new Random(seed);
    }

    static List<String> kconfig(long seed) {
        RandomTree tree = new RandomTree(seed);
        for (int i = 0; i < SYMBOLS; i++) {
            tree.entry(i);
        }
        return tree.lines;
    }

    static List<String> defconfig(long seed) {
        RandomTree tree = new RandomTree(~seed);
        for (int i = 0; i < SYMBOLS; i++) {
            if (tree.chance(2)) {
                tree.lines.add(
                        tree.chance(2) ? "CONFIG_S" + i + "=y" : "# CONFIG_S" + i + " is not set");
            }
        }
        return tree.lines;
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private void entry(int i) {
        boolean within = i > 0 && chance(4);
        if (within) {
            lines.add(chance(2) ? "if " + expression(i, 2) : "menu \"a menu\"");
        }
        boolean menu = within && lines.get(lines.size() - 1).startsWith("menu");
        if (menu && chance(2)) {
            lines.add("\tdepends on " + expression(i, 1));
        }
        if (menu && chance(2)) {
            lines.add("\tvisible if " + expression(i, 1));
        }
        config(i);
        if (within) {
            lines.add(menu ? "endmenu" : "endif");
        }
        if (chance(8)) {
            config(i); // Defined in two places.
        }
    }

    private void config(int i) {
        lines.add("config S" + i);
        lines.add(chance(4) ? "\tbool" : "\tbool \"choose S" + i + "\"" + condition(i));
        if (i > 0 && chance(3)) {
            lines.add("\tdepends on " + expression(i, 2));
        }
        for (int n = random.nextInt(3); n > 0; n--) {
            lines.add("\tdefault " + expression(i, 1) + condition(i));
        }
        turnOn("select", i, 5);
        turnOn("imply", i, 3);
    }

    private void turnOn(String how, int i, int seldom) {
        if (i + 1 < SYMBOLS && chance(seldom)) {
            int target = i + 1 + random.nextInt(SYMBOLS - i - 1);
            lines.add("\t" + how + " S" + target + condition(i));
        }
    }

    private String condition(int i) {
        return chance(3) ? " if " + expression(i, 2) : "";
    }

    private String expression(int below, int depth) {
        if (depth > 0 && chance(2)) {
            String left = expression(below, depth - 1);
            String right = expression(below, depth - 1);
            return switch (random.nextInt(5)) {
                case 0 -> left + " && " + right;
                case 1 -> left + " || " + right;
                case 2 -> "!(" + left + ")";
                case 3 -> operand(below) + " = " + operand(below);
                default -> operand(below) + " != \"y\"";
            };
        }
        return operand(below);
    }

    private String operand(int below) {
        return below == 0 || chance(4) ? (chance(3) ? "n" : "y") : "S" + random.nextInt(below);
    }
}
