// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * Whether a backend or a bus can be used on this host, and why.
 *
 * @param name {@code "iommufd"}, {@code "pci"}
 * @param usable whether an attach through it can succeed
 * @param explanation what was found, or what is missing and how to get it
 */
public record ProviderStatus(String name, boolean usable, String explanation) {
    /** A status that says yes. */
    public static ProviderStatus usable(String name, String explanation) {
        return new ProviderStatus(name, true, explanation);
    }

    /** A status that says no, and why. */
    public static ProviderStatus unusable(String name, String explanation) {
        return new ProviderStatus(name, false, explanation);
    }
}
