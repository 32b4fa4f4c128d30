// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which symbol stands for which Java module: the first one of the Kconfig in a module's folder.
 *
 * <p>The folder's name says the module's: {@code backend-iommufd} is {@code
 * org.jvfio.backend.iommufd}.
 */
public final class Modules {
    private static final String DESCRIPTOR = "src/main/java/module-info.java";
    private static final String ROOT = "org.jvfio";

    private Modules() {}

    /**
     * The modules of a tree, by their symbols, in the tree's order.
     *
     * @param root the folder of the tree's first file
     */
    public static Map<String, String> of(Kconfig tree, Path root) {
        Map<Path, String> symbols = new LinkedHashMap<>();
        for (Symbol symbol : tree.symbols()) {
            Path folder = root.resolve(symbol.at().file()).getParent();
            if (folder != null && Files.exists(folder.resolve(DESCRIPTOR))) {
                symbols.putIfAbsent(folder, symbol.name());
            }
        }
        Map<String, String> modules = new LinkedHashMap<>();
        symbols.forEach((folder, symbol) -> modules.put(symbol, name(folder)));
        return modules;
    }

    private static String name(Path folder) {
        String name = String.valueOf(folder.getFileName());
        return name.equals("api") ? ROOT : ROOT + "." + name.replace('-', '.');
    }
}
