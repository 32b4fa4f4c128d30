// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a {@link DescriptorBroker} listens, what it hands out, and to whom.
 *
 * <p>Immutable: each method returns changed options.
 *
 * <pre>{@code
 * BrokerOptions.at("/run/jvfio.sock").group(1000).mode(0660).peerUser(1000).allow("0000:02:00.0");
 * }</pre>
 *
 * @param socket the path of the socket; the folder should be one that only its owner may change
 * @param mode the permissions of the path: who may write there may connect
 * @param owner the user that the path is given to; empty for this process's
 * @param group the group that the path is given to; empty for this process's
 * @param devices the devices that are handed out, by name or sysfs path
 * @param peerUsers the users that are served, beside this process's own
 * @param peerGroups the groups that are served: the effective one of a peer counts
 */
public record BrokerOptions(
        String socket,
        int mode,
        OptionalInt owner,
        OptionalInt group,
        List<String> devices,
        List<Integer> peerUsers,
        List<Integer> peerGroups) {
    private static final int OWNER_ONLY = 0600;
    private static final int MOST = 0777;

    /** Copies the lists, and refuses a mode that is none. */
    public BrokerOptions {
        if (mode < 0 || mode > MOST) {
            throw new IllegalArgumentException(
                    "0" + Integer.toOctalString(mode) + ": not the mode of a socket, 0 to 0777");
        }
        devices = List.copyOf(devices);
        peerUsers = List.copyOf(peerUsers);
        peerGroups = List.copyOf(peerGroups);
    }

    /** At this path, for this process's own user alone, and no devices. */
    public static BrokerOptions at(String socket) {
        OptionalInt own = OptionalInt.empty();
        return new BrokerOptions(socket, OWNER_ONLY, own, own, List.of(), List.of(), List.of());
    }

    /** With these permissions of the path. */
    public BrokerOptions mode(int permissions) {
        return new BrokerOptions(socket, permissions, owner, group, devices, peerUsers, peerGroups);
    }

    /** With the path given to this user. */
    public BrokerOptions owner(int user) {
        return new BrokerOptions(
                socket, mode, OptionalInt.of(user), group, devices, peerUsers, peerGroups);
    }

    /** With the path given to this group. */
    public BrokerOptions group(int number) {
        return new BrokerOptions(
                socket, mode, owner, OptionalInt.of(number), devices, peerUsers, peerGroups);
    }

    /** With this device as well, by name or sysfs path. */
    public BrokerOptions allow(String device) {
        return new BrokerOptions(
                socket, mode, owner, group, with(devices, device), peerUsers, peerGroups);
    }

    /** With processes of this user served as well. */
    public BrokerOptions peerUser(int user) {
        return new BrokerOptions(
                socket, mode, owner, group, devices, with(peerUsers, user), peerGroups);
    }

    /** With processes whose effective group is this served as well. */
    public BrokerOptions peerGroup(int number) {
        return new BrokerOptions(
                socket, mode, owner, group, devices, peerUsers, with(peerGroups, number));
    }

    private static <T> List<T> with(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return longer;
    }
}
