// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Providers as bundles that come and go, and a session as a service. */
@NullMarked
module org.jvfio.osgi {
    requires java.logging;
    requires org.jvfio;
    requires static org.jspecify;
    requires static org.apache.felix.gogo.runtime;
    requires static org.osgi.service.cm;
    requires static osgi.core;
}
