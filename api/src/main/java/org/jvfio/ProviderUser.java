// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * Something that would end if a provider left: a device that was attached through it, an iommufd
 * object of it, or a session on its host.
 *
 * @param user for people: {@code "0000:00:05.0"}
 * @param provider the provider's name: {@code "legacy"}
 * @param session which session it belongs to: its number among those of the {@link ProviderSet}
 */
public record ProviderUser(String user, String provider, int session) {
    /** For people: {@code "0000:00:05.0 through legacy, session 3"}. */
    @Override
    public String toString() {
        return user + " through " + provider + ", session " + session;
    }
}
