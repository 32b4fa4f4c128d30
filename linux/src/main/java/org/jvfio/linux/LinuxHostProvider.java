// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.SpiVersion;

/** Offers the machine that the JVM runs on, under the name {@code "linux"}. */
public final class LinuxHostProvider implements HostProvider {
    /** For {@link java.util.ServiceLoader}. */
    public LinuxHostProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public Host open() {
        try {
            return LinuxHost.real();
        } catch (IllegalStateException unknown) {
            throw new VfioException(
                    "this machine", "open", String.valueOf(unknown.getMessage()), unknown);
        }
    }
}
