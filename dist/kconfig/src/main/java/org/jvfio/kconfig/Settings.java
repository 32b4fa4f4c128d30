// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody chose: the lines {@code CONFIG_NAME=y}, {@code CONFIG_NAME=n} and {@code #
 * CONFIG_NAME is not set} of a {@code .config} or {@code defconfig} file. Of two for one symbol the
 * later holds.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Settings {
    private static final Pattern SET = Pattern.compile("CONFIG_([A-Za-z0-9_]+)=(.*)");
    private static final Pattern UNSET =
            Pattern.compile("#\\s*CONFIG_([A-Za-z0-9_]+) is not set\\s*");

    private final Map<String, Setting> bySymbol;

    private Settings(Map<String, Setting> bySymbol) {
        this.bySymbol = Collections.unmodifiableMap(bySymbol);
    }

    /** Nobody chose anything. */
    public static Settings none() {
        return new Settings(Map.of());
    }

    /**
     * Reads a file.
     *
     * @throws KconfigException if it cannot be read, or has a line that says anything else
     */
    public static Settings read(Path file) {
        try {
            return of(file.toString(), Files.readAllLines(file));
        } catch (IOException failure) {
            throw new KconfigException(file + ": " + SourceLines.reason(failure), failure);
        }
    }

    /**
     * What these lines say.
     *
     * @param name where they come from, for messages
     * @throws KconfigException if one says anything else
     */
    public static Settings of(String name, List<String> lines) {
        Map<String, Setting> bySymbol = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            Location at = new Location(name, i + 1);
            Matcher set = SET.matcher(line);
            Matcher unset = UNSET.matcher(line);
            if (set.matches()) {
                bySymbol.put(set.group(1), new Setting(value(set.group(2), at), at));
            } else if (unset.matches()) {
                bySymbol.put(unset.group(1), new Setting(false, at));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                throw new KconfigException(at, "'" + line + "' is not of the form CONFIG_NAME=y");
            }
        }
        return new Settings(bySymbol);
    }

    private static boolean value(String text, Location at) {
        if (!text.equals("y") && !text.equals("n")) {
            throw new KconfigException(at, "'" + text + "' is neither y nor n");
        }
        return text.equals("y");
    }

    /** These, and where both choose, those of {@code later}. */
    public Settings and(Settings later) {
        Map<String, Setting> both = new LinkedHashMap<>(bySymbol);
        both.putAll(later.bySymbol);
        return new Settings(both);
    }

    Map<String, Setting> bySymbol() {
        return bySymbol;
    }

    Optional<Setting> of(String symbol) {
        return Optional.ofNullable(bySymbol.get(symbol));
    }

    /** What was chosen for one symbol, and where. */
    record Setting(boolean value, Location at) {}
}
