// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.jvfio.ProviderStatus;

/**
 * The distribution that this runs from, if it is one of ours: it lists our modules, those that it
 * leaves out as well, with the Kconfig symbol that puts each in.
 *
 * <p>Source: {@code conf/jvfio.modules} of the run-time image, made with it.
 */
final class Distribution {
    private static final System.Logger LOG = System.getLogger(Distribution.class.getName());
    private static final String FILE = "conf/jvfio.modules";
    private static final String ROOT = "org.jvfio.";

    private final Path file;

    Distribution(Path home) {
        this.file = home.resolve(FILE);
    }

    /** That of this process. */
    static Distribution own() {
        return new Distribution(Path.of(System.getProperty("java.home", "")));
    }

    /**
     * What to do about a provider that is not here, in words.
     *
     * @param kind {@code backend} or {@code device}
     * @param name what the provider calls itself
     */
    String adviceToAdd(String kind, String name) {
        return adviceToAdd(kind + "." + name);
    }

    /**
     * What to do about a module that is not here, in words.
     *
     * @param module its name without {@code org.jvfio}
     */
    String adviceToAdd(String module) {
        String symbol = symbols().getProperty(ROOT + module);
        return symbol == null
                ? "add jvfio-" + module.replace('.', '-')
                : "not in this distribution; add " + symbol + "=y";
    }

    /**
     * The providers that the distribution leaves out, by name; none if this is no distribution.
     *
     * @param kind {@code backend} or {@code device}
     * @param present the names of those that are here
     */
    List<ProviderStatus> absent(String kind, Collection<String> present) {
        String prefix = ROOT + kind + ".";
        return symbols().stringPropertyNames().stream()
                .filter(module -> module.startsWith(prefix))
                .map(module -> module.substring(prefix.length()))
                .filter(name -> !present.contains(name))
                .sorted()
                .map(name -> ProviderStatus.absent(name, adviceToAdd(kind, name)))
                .toList();
    }

    private Properties symbols() {
        Properties symbols = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                symbols.load(reader);
            } catch (IOException | IllegalArgumentException unreadable) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        file + ": not readable: " + unreadable.getMessage());
            }
        }
        return symbols;
    }
}
