// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.jvfio.ProviderSet;
import org.jvfio.ProviderStatus;
import org.jvfio.ProviderUser;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;
import org.osgi.framework.BundleException;

/**
 * The commands of the scope {@code jvfio} for a shell: each answers a text. A shell of Gogo's kind
 * finds them by their service's properties, and its {@code help} tells what their annotations say;
 * a virtual machine that has no such annotations passes over them, so no shell is needed here.
 */
public final class Commands {
    static final List<String> FUNCTIONS = List.of("list", "backends", "buses", "users", "release");

    private final ProviderSet set;
    private final ProviderBundles bundles;
    private final String host;

    Commands(ProviderSet set, ProviderBundles bundles, String host) {
        this.set = set;
        this.bundles = bundles;
        this.host = host;
    }

    /** The devices that VFIO could open, with what is missing before it can. */
    @Descriptor("the devices that VFIO could open, with what is missing before it can")
    public String list() {
        try (Vfio vfio = open()) {
            List<DeviceNode> devices = vfio.devices();
            return Stream.concat(
                            Stream.of(vfio.host().name() + ": " + devices.size() + " devices"),
                            devices.stream().map(Commands::line))
                    .collect(Collectors.joining("\n"));
        }
    }

    private Vfio open() {
        return Vfio.builder().providers(set).host(host).open();
    }

    private static String line(DeviceNode node) {
        String state =
                node.obstacles().isEmpty()
                        ? "ready"
                        : "not ready: " + String.join("; ", node.obstacles());
        return "%-36s  %-8s  %-12s  %s  %s"
                .formatted(
                        node.name(),
                        node.bus(),
                        node.driver().orElse("no driver"),
                        node.description(),
                        state);
    }

    /** The backends that are present, whether each can be used, and why. */
    @Descriptor("the backends that are present, whether each can be used, and why")
    public String backends() {
        try (Vfio vfio = open()) {
            return lines(vfio.backends(), "no backend; start a bundle jvfio-backend-...");
        }
    }

    /** The buses that are present, whether each can be used, and why. */
    @Descriptor("the buses that are present, whether each can be used, and why")
    public String buses() {
        try (Vfio vfio = open()) {
            return lines(vfio.buses(), "no bus; start a bundle jvfio-device-...");
        }
    }

    private static String lines(List<ProviderStatus> statuses, String none) {
        return statuses.isEmpty()
                ? none
                : statuses.stream().map(Commands::line).collect(Collectors.joining("\n"));
    }

    private static String line(ProviderStatus status) {
        return "%-10s  %-8s  %s"
                .formatted(
                        status.name(),
                        status.usable() ? "usable" : "unusable",
                        status.explanation());
    }

    /** What would end if a provider left. */
    @Descriptor("what would end if a provider left")
    public String users() {
        List<ProviderUser> users = new ArrayList<>();
        set.providers().forEach(provider -> users.addAll(set.users(provider)));
        return users.isEmpty()
                ? "nobody uses a provider"
                : users.stream().map(ProviderUser::toString).collect(Collectors.joining("\n"));
    }

    /**
     * Stops a bundle as {@code jvfio.stop} says, and tells who uses its providers if it must not
     * stop.
     *
     * @param bundle its number or its symbolic name
     * @throws org.jvfio.ProviderInUseException if it stays because it is in use
     */
    @Descriptor("stops a bundle as jvfio.stop says, and tells who uses it if it must not stop")
    public String release(@Descriptor("its number or its symbolic name") String bundle)
            throws BundleException {
        bundles.stop(bundles.find(bundle));
        return bundle + ": stopped";
    }
}
