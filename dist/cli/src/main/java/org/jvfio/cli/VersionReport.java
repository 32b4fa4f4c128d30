// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import picocli.CommandLine.IVersionProvider;

/**
 * The versions of what runs here, as the module descriptors say them, and how it was configured.
 */
final class VersionReport implements Report, IVersionProvider {
    private static final String OURS = "org.jvfio";
    private static final String ON = "=y";
    private static final String UNKNOWN = "of unknown version";

    VersionReport() {}

    @Override
    public String[] getVersion() {
        return new String[] {"jvfio ".concat(version(Main.class.getModule().getDescriptor()))};
    }

    /** Without streams and formats: this has to be fast in a JVM that has just started. */
    @Override
    public void print(PrintWriter out) {
        out.println(getVersion()[0]);
        out.println(
                String.join(
                        " ",
                        "Java",
                        Runtime.version().toString(),
                        "on",
                        System.getProperty("os.name"),
                        System.getProperty("os.arch")));
        Columns modules = new Columns("  ");
        for (ModuleDescriptor module : modules()) {
            modules.row(module.name(), version(module));
        }
        modules.print(out);
        List<String> configuration = configuration();
        if (!configuration.isEmpty()) {
            out.println("Configuration: ".concat(String.join(" ", configuration)));
        }
    }

    @Override
    public JsonObject json() {
        return new JsonObject()
                .with("version", version(Main.class.getModule().getDescriptor()))
                .with("java", Runtime.version().toString())
                .with("os", System.getProperty("os.name"))
                .with("architecture", System.getProperty("os.arch"))
                .with("modules", modules().stream().map(VersionReport::json).toList())
                .with("configuration", configuration());
    }

    private static JsonObject json(ModuleDescriptor module) {
        return new JsonObject().with("name", module.name()).with("version", module.rawVersion());
    }

    /** The Kconfig symbols that are on in the image that this runs from; empty if it is none. */
    private static List<String> configuration() {
        Path file = Path.of(System.getProperty("java.home", ""), "conf", "jvfio.config");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<String> on = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                if (line.endsWith(ON)) {
                    on.add(line.substring(0, line.length() - ON.length()));
                }
            }
            return on;
        } catch (IOException unreadable) {
            throw new VfioException(
                    file.toString(), "read", "not readable: " + unreadable, unreadable);
        }
    }

    /** Ours, by name. */
    private static Collection<ModuleDescriptor> modules() {
        Map<String, ModuleDescriptor> modules = new TreeMap<>();
        for (Module module : ModuleLayer.boot().modules()) {
            if (module.getName().startsWith(OURS)) {
                modules.put(module.getName(), module.getDescriptor());
            }
        }
        return modules.values();
    }

    private static String version(@Nullable ModuleDescriptor module) {
        return Optional.ofNullable(module).flatMap(ModuleDescriptor::rawVersion).orElse(UNKNOWN);
    }
}
