// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The jvfio command. */
@NullMarked
module org.jvfio.cli {
    requires org.jvfio;
    requires info.picocli;
    requires static org.jspecify;

    // picocli fills the fields of commands by reflection.
    opens org.jvfio.cli to
            info.picocli;
}
