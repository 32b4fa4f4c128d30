// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvfio.linux.Abi;

/**
 * A folder of kernel headers: the one that {@code JVFIO_UAPI_HEADERS} names, or else the first that
 * is new enough of the machine's own and those that {@code src/test/sh/fetch-uapi-headers} got.
 *
 * @param folder which has {@code linux/vfio.h}
 */
record UapiHeaders(Path folder) {
    /** What to do where a header is missing. */
    static final String ADVICE =
            "install linux-libc-dev 6.6 or newer (Debian 12: of bookworm-backports), run"
                    + " linux/src/test/sh/fetch-uapi-headers, or set JVFIO_UAPI_HEADERS";

    /** The headers of this machine, which may be old; empty if there are none. */
    static Optional<UapiHeaders> find() {
        String chosen = System.getenv("JVFIO_UAPI_HEADERS");
        if (chosen != null && !chosen.isEmpty()) {
            return Optional.of(new UapiHeaders(Path.of(chosen)));
        }
        List<UapiHeaders> present =
                Stream.of("/usr/include", "target/uapi-headers/usr/include")
                        .map(folder -> new UapiHeaders(Path.of(folder)))
                        .filter(headers -> Files.exists(headers.folder.resolve("linux/vfio.h")))
                        .toList();
        return present.stream()
                .filter(UapiHeaders::isNew)
                .findFirst()
                .or(() -> present.stream().findFirst());
    }

    private boolean isNew() {
        try {
            return Files.exists(folder.resolve("linux/iommufd.h"))
                    && Files.readString(folder.resolve("linux/vfio.h"))
                            .contains("VFIO_DEVICE_BIND_IOMMUFD");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the {@code asm} folder of an architecture is; empty if it is not here. */
    Optional<Path> asm(Abi abi) {
        Stream<Path> folders = Stream.of(folder.resolve(triplet(abi)));
        if (abi == Abi.host()) {
            folders = Stream.concat(folders, Stream.of(folder));
        }
        return folders.filter(each -> Files.exists(each.resolve("asm/ioctl.h"))).findFirst();
    }

    /** What compilers and Debian's folders call an architecture. */
    static String triplet(Abi abi) {
        return switch (abi) {
            case X86_64 -> "x86_64-linux-gnu";
            case AARCH64 -> "aarch64-linux-gnu";
            case S390X -> "s390x-linux-gnu";
            case PPC64LE -> "powerpc64le-linux-gnu";
        };
    }
}
