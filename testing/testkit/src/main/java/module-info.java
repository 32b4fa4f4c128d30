// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** A simulated kernel, device models and the contract suites. */
@NullMarked
module org.jvfio.testkit {
    requires transitive org.jvfio;
    requires transitive org.jvfio.linux;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.junit.jupiter.params;

    exports org.jvfio.testkit;
    exports org.jvfio.testkit.acceptance;
    exports org.jvfio.testkit.contract;
    exports org.jvfio.testkit.device;
    exports org.jvfio.testkit.driver;

    // JUnit calls tests that are not public.
    opens org.jvfio.testkit.acceptance;
    opens org.jvfio.testkit.contract;

    provides org.jvfio.spi.HostProvider with
            org.jvfio.testkit.SimHostProvider;
}
