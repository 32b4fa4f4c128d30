// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jvfio.kconfig.Configuration;
import org.jvfio.kconfig.Kconfig;
import org.jvfio.kconfig.Modules;
import org.jvfio.kconfig.Resolver;
import org.jvfio.kconfig.Settings;

/** What this build made, and what the Kconfig says of it. */
final class Built {
    private static final String OURS = "org.jvfio";
    private static final Set<String> CORE = Set.of(OURS, "org.jvfio.linux");

    static final Path ROOT = Path.of(property("jvfio.root")).normalize();
    static final Kconfig TREE = Kconfig.read(ROOT.resolve("Kconfig"));

    private Built() {}

    /** The platforms whose images this build made. */
    static List<String> platforms() {
        return List.of(property("jvfio.platforms").split(",", -1));
    }

    static Path image(String platform) {
        return ROOT.resolve("dist").resolve(platform).resolve("target/jvfio");
    }

    static Settings defconfig(String platform) {
        return Settings.read(ROOT.resolve("dist").resolve(platform).resolve("defconfig"));
    }

    /** What the image of a platform is to have, with the choices of whoever builds. */
    static Configuration configuration(String platform) {
        Settings chosen = defconfig(platform);
        for (String file : property("jvfio.choices").split(" ", -1)) {
            if (!file.isEmpty()) {
                chosen = chosen.and(Settings.read(Path.of(file)));
            }
        }
        boolean bare = property("jvfio.kconfig").contains("--without-default-devices");
        Resolver resolver = Resolver.of(TREE);
        return (bare ? resolver.withoutDefaults() : resolver).resolve(chosen);
    }

    /** Which module each symbol puts in. */
    static Map<String, String> moduleOfSymbol() {
        return Modules.of(TREE, ROOT);
    }

    /** The modules of jvfio that a configuration has. */
    static Set<String> modules(Configuration configuration) {
        return moduleOfSymbol().entrySet().stream()
                .filter(each -> configuration.isOn(each.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The modules without which the core must do. */
    static List<String> optionalModules() {
        return moduleOfSymbol().values().stream().filter(name -> !CORE.contains(name)).toList();
    }

    static boolean isOurs(String module) {
        return module.equals(OURS) || module.startsWith(OURS + ".");
    }

    /** The jars that images are made of, by the names of their modules. */
    static Map<String, Path> jars() {
        return ModuleFinder.of(Path.of(property("jvfio.modules"))).findAll().stream()
                .collect(Collectors.toMap(found -> found.descriptor().name(), Built::path));
    }

    private static Path path(ModuleReference found) {
        return Path.of(found.location().orElseThrow());
    }

    /** The jars of the suites, and what these need besides modules of jvfio. */
    static List<Path> suiteJars() {
        try (Stream<Path> files = Files.list(Path.of(property("jvfio.suites")))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: run this with mvn verify");
        }
        return value;
    }
}
