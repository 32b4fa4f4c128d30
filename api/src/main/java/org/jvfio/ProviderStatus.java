// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * Whether a backend or a bus can be used on this host, and why.
 *
 * @param name {@code "iommufd"}, {@code "pci"}
 * @param present whether its module is here; a distribution of jvfio also tells what it leaves out
 * @param usable whether an attach through it can succeed; never so if it is not present
 * @param explanation what was found, or what is missing and how to get it
 */
public record ProviderStatus(String name, boolean present, boolean usable, String explanation) {
    /** A status that says yes. */
    public static ProviderStatus usable(String name, String explanation) {
        return new ProviderStatus(name, true, true, explanation);
    }

    /** A status that says no, and why. */
    public static ProviderStatus unusable(String name, String explanation) {
        return new ProviderStatus(name, true, false, explanation);
    }

    /** A status of what the distribution leaves out, and what puts it in. */
    public static ProviderStatus absent(String name, String explanation) {
        return new ProviderStatus(name, false, false, explanation);
    }
}
