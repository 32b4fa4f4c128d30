// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

/**
 * The version of this package that a provider was built for.
 *
 * <p>A provider returns {@link #CURRENT}, which the compiler puts into its class as a number. One
 * built for a version before {@link #OLDEST} or after {@link #CURRENT} is refused by name, and the
 * rest goes on without it.
 */
public final class SpiVersion {
    /** The oldest version that this release still works with. */
    public static final int OLDEST = 1;

    /** This release's version. */
    public static final int CURRENT = 1;

    private SpiVersion() {}
}
