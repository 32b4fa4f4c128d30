// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The language in which a platform says which modules it has, and its resolver. */
@NullMarked
module org.jvfio.kconfig {
    requires info.picocli;
    requires static org.jspecify;

    exports org.jvfio.kconfig;

    opens org.jvfio.kconfig to
            info.picocli;
}
