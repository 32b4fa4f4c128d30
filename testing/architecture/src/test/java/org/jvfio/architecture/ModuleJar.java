// SPDX-License-Identifier: Apache-2.0
package org.jvfio.architecture;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** One of our jars: its path and its module descriptor. */
record ModuleJar(Path path, ModuleDescriptor descriptor) {
    private static final String SERVICES = "META-INF/services/";

    static ModuleJar of(Path jar) {
        var found = ModuleFinder.of(jar).findAll();
        if (found.size() != 1) {
            throw new IllegalStateException(jar + ": expected one module: " + found);
        }
        return new ModuleJar(jar, found.iterator().next().descriptor());
    }

    String name() {
        return descriptor.name();
    }

    /** Returns the packages exported to everybody. */
    Set<String> exports() {
        return descriptor.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(toCollection(TreeSet::new));
    }

    /** Returns what the module descriptor provides: service to implementations. */
    Map<String, Set<String>> provides() {
        return descriptor.provides().stream()
                .collect(toMap(Provides::service, provides -> Set.copyOf(provides.providers())));
    }

    /** Returns what {@code META-INF/services} provides: service to implementations. */
    Map<String, Set<String>> services() {
        try (JarFile jar = open()) {
            return jar.stream()
                    .filter(entry -> entry.getName().startsWith(SERVICES) && !entry.isDirectory())
                    .collect(
                            toMap(
                                    entry -> entry.getName().substring(SERVICES.length()),
                                    entry -> Set.copyOf(providers(jar, entry))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the packages that the jar has for every JDK: not what newer ones see besides. */
    Set<String> packages() {
        try (JarFile jar = open()) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                    .filter(name -> name.contains("/"))
                    .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
                    .collect(toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Attributes manifest() {
        try (JarFile jar = open()) {
            return jar.getManifest().getMainAttributes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JarFile open() throws IOException {
        return new JarFile(path.toFile());
    }

    @Override
    public String toString() {
        return name();
    }

    private static List<String> providers(JarFile jar, JarEntry entry) {
        try (var content = jar.getInputStream(entry)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
