// SPDX-License-Identifier: Apache-2.0
package org.jvfio.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A repository of Maven, filled from the folders of a build: with "mvn -o" no plugin would do so.
 *
 * @param repository its folder
 * @param version the version that everything has
 */
record Layout(Path repository, String version) {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("\n  <artifactId>([^<]+)</artifactId>");
    private static final String BOM = "dist/bom";

    /** Empties it, and puts in what is published of the build in that folder. */
    void fill(Path root) throws IOException {
        if (Files.exists(repository)) {
            try (Stream<Path> files = Files.walk(repository)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        add(root);
        String pom = Files.readString(root.resolve("pom.xml"));
        List<String> modules =
                MODULE.matcher(pom).results().map((MatchResult found) -> found.group(1)).toList();
        for (String module : modules) {
            if (isPublished(root.resolve(module), module)) {
                add(root.resolve(module));
            }
        }
    }

    /** Of poms without a jar, only the BOM is for others. */
    private static boolean isPublished(Path folder, String module) throws IOException {
        String pom = Files.readString(folder.resolve("pom.xml"));
        boolean jar = !pom.contains("<packaging>pom</packaging>");
        return (jar || module.equals(BOM)) && !pom.contains("<maven.deploy.skip>true<");
    }

    private void add(Path folder) throws IOException {
        Path pom = folder.resolve("pom.xml");
        String artifact =
                ARTIFACT.matcher(Files.readString(pom))
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group(1);
        Path place = repository.resolve("org/jvfio").resolve(artifact).resolve(version);
        String name = artifact + "-" + version;
        Files.createDirectories(place);
        Files.copy(pom, place.resolve(name + ".pom"));
        Path jar = folder.resolve("target").resolve(name + ".jar");
        if (Files.exists(jar)) {
            Files.copy(jar, place.resolve(name + ".jar"));
        }
    }
}
