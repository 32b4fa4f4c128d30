// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The driver that runs inside a guest of the testbed. */
@NullMarked
module org.jvfio.testbed {
    requires org.junit.jupiter.api;
    requires org.junit.jupiter.params;
    requires org.junit.platform.launcher;
    requires org.jvfio;
    requires org.jvfio.linux;
    requires org.jvfio.testkit;
    requires static org.jspecify;
}
