// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file in which an image is handed out. */
final class TarballTest {
    private static final long LARGEST = 45_000_000;

    @TempDir private Path folder;

    static Stream<Image> images() {
        return Image.all();
    }

    @ParameterizedTest
    @MethodSource("images")
    void isSmallEnough(Image image) throws Exception {
        long size = Files.size(image.tarball());
        System.out.printf("%s: %.1f MB%n", image.tarball().getFileName(), size / 1e6);
        assertThat(size).isLessThan(LARGEST);
    }

    @ParameterizedTest
    @MethodSource("images")
    void saysNothingOfWhoMadeItAndWhen(Image image) throws Exception {
        String date = System.getProperty("jvfio.date", "").substring(0, 10);
        String top = "jvfio-" + Image.VERSION + "-linux-" + image.architecture() + "/";
        List<String> lines =
                Ran.with(
                                Map.of("TZ", "UTC"),
                                "tar",
                                "--list",
                                "--verbose",
                                "--numeric-owner",
                                "-zf",
                                image.tarball())
                        .output()
                        .lines()
                        .toList();
        assertThat(lines)
                .hasSizeGreaterThan(60)
                .allSatisfy(
                        line ->
                                assertThat(line)
                                        .matches("(d|-)rw(x|-)r-(x|-)r-(x|-) 0/0 .*|l.* 0/0 .*")
                                        .contains(" " + date + " 00:00 " + top));
        assertThat(lines)
                .anyMatch(line -> line.startsWith("-rwxr-xr-x") && line.endsWith("/bin/jvfio"))
                .anyMatch(line -> line.startsWith("-rw-r--r--") && line.endsWith("/lib/modules"))
                .noneMatch(line -> line.endsWith(".jsa"));
    }

    @Test
    void unpackedAnywhereItRunsAndCanBeMadeFast() throws Exception {
        Path home = Files.createDirectory(folder.resolve("a place"));
        String[] tar = {"tar", "-x", "-z", "--strip-components=1", "-C", home.toString(), "-f"};
        Ran unpacked =
                Ran.of(Stream.concat(Stream.of(tar), Stream.of(Image.own().tarball())).toArray());
        assertThat(unpacked.status()).as(unpacked.output()).isZero();
        Path bin = home.resolve("bin");
        assertThat(Ran.of(bin.resolve("jvfio"), "version").output())
                .startsWith("jvfio " + Image.VERSION);

        Ran cds = Ran.of(bin.resolve("jvfio-cds"));
        assertThat(cds).isEqualTo(new Ran(0, ""));
        ClassDataSharing.of(home).check();

        Path moved = Files.move(home, folder.resolve("another"));
        ClassDataSharing.of(moved).check();
    }
}
