// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import java.util.stream.Collectors;

/** A provider was not withdrawn because it is in use: it stays, and so do its users. */
public class ProviderInUseException extends VfioException {
    private static final long serialVersionUID = 1L;

    /** Not kept when it is serialized: the message names them. */
    private final transient List<ProviderUser> users;

    /**
     * A refusal to let a provider go.
     *
     * @param provider what it is: {@code "backend legacy"}
     * @param why {@code "in use by"}, as it stands before the list of users
     * @param users who uses it
     */
    public ProviderInUseException(String provider, String why, List<ProviderUser> users) {
        super(
                provider,
                "withdraw",
                why
                        + " "
                        + users.stream()
                                .map(ProviderUser::toString)
                                .collect(Collectors.joining("; "))
                        + "; close these first, or have them closed with Departure.close()");
        this.users = List.copyOf(users);
    }

    /** Who uses the provider. */
    public List<ProviderUser> users() {
        return users == null ? List.of() : users;
    }
}
