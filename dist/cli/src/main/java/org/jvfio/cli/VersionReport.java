// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The versions of what runs here, as the module descriptors say them. */
final class VersionReport implements Report, IVersionProvider {
    private static final String OURS = "org.jvfio";
    private static final String UNKNOWN = "of unknown version";

    VersionReport() {}

    @Override
    public String[] getVersion() {
        return new String[] {"jvfio " + version(Main.class.getModule().getDescriptor())};
    }

    @Override
    public void print(PrintWriter out) {
        out.println(getVersion()[0]);
        out.printf(
                "Java %s on %s %s%n",
                Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"));
        Columns modules = new Columns("  ");
        modules().forEach(module -> modules.row(module.name(), version(module)));
        modules.print(out);
    }

    @Override
    public JsonObject json() {
        return new JsonObject()
                .with("version", version(Main.class.getModule().getDescriptor()))
                .with("java", Runtime.version().toString())
                .with("os", System.getProperty("os.name"))
                .with("architecture", System.getProperty("os.arch"))
                .with("modules", modules().map(VersionReport::json).toList());
    }

    private static JsonObject json(ModuleDescriptor module) {
        return new JsonObject().with("name", module.name()).with("version", module.rawVersion());
    }

    private static Stream<ModuleDescriptor> modules() {
        return ModuleLayer.boot().modules().stream()
                .map(Module::getDescriptor)
                .filter(module -> module.name().startsWith(OURS))
                .sorted(Comparator.comparing(ModuleDescriptor::name));
    }

    private static String version(@Nullable ModuleDescriptor module) {
        return Optional.ofNullable(module).flatMap(ModuleDescriptor::rawVersion).orElse(UNKNOWN);
    }
}
