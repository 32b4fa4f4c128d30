// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The Linux layer of jvfio: the seam to the kernel, its files and its structs. */
@NullMarked
module org.jvfio.linux {
    requires transitive org.jvfio;
    requires com.sun.jna;
    requires static org.jspecify;

    exports org.jvfio.linux;
    exports org.jvfio.linux.uapi;

    provides org.jvfio.spi.HostProvider with
            org.jvfio.linux.LinuxHostProvider;
}
