// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** Whether an image that can run here takes the command's classes from its archive. */
record ClassDataSharing(Path home) {
    private static final String SHARED = "shared objects file";

    static ClassDataSharing of(Path home) {
        return new ClassDataSharing(home);
    }

    void check() throws Exception {
        Ran ran =
                Ran.of(
                        home.resolve("bin/java"),
                        "-Xshare:on",
                        "-Xlog:class+load",
                        "-m",
                        "org.jvfio.cli/org.jvfio.cli.Main",
                        "--version");
        assertThat(ran.status()).as(ran.output()).isZero();
        assertThat(ran.output().lines())
                .anyMatch(line -> line.contains("org.jvfio.cli.Main ") && line.contains(SHARED))
                .anyMatch(line -> line.contains("picocli.CommandLine ") && line.contains(SHARED));
    }
}
