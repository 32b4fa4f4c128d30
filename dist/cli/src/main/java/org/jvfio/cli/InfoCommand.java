// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.VfioDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What one device is. */
@Command(
        name = "info",
        header = "Shows one device.",
        description =
                "Shows what sysfs says of a device and, if it is ready, opens it and shows its"
                        + " backend, regions, interrupts and capabilities; the kernel may reset it"
                        + " for that. If it is not ready, says what must change. A matrix of"
                        + " AP queues is not opened.")
final class InfoCommand implements Callable<Integer> {
    private final Main main;

    @Parameters(
            paramLabel = "ADDRESS",
            description =
                    "Its address on its bus (0000:02:00.0, 02:00.0), the UUID of a mediated"
                            + " device, or its path in sysfs.")
    private String address = "";

    @Option(names = "--no-open", description = "Do not open it: show what sysfs says.")
    private boolean noOpen;

    InfoCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        try (Vfio vfio = main.open()) {
            DeviceNode node = find(vfio, address);
            Optional<String> obstacle = obstacle(node);
            boolean open = !noOpen && NodeText.isReady(node) && obstacle.isEmpty();
            main.show(
                    new InfoReport(
                            vfio.host(),
                            node,
                            open ? facts(vfio, node) : Optional.empty(),
                            obstacle));
        }
        return ExitStatus.OK;
    }

    /** Why a ready device that was to be opened is not. */
    private Optional<String> obstacle(DeviceNode node) {
        return noOpen || !NodeText.isReady(node) ? Optional.empty() : BusFacts.obstacle(node);
    }

    private Optional<DeviceFacts> facts(Vfio vfio, DeviceNode node) {
        AttachOptions idle = AttachOptions.defaults().busMaster(false);
        try (VfioDevice device = vfio.addressSpace().attach(new NodeAddress(node), idle)) {
            return Optional.of(DeviceFacts.of(device));
        } catch (VfioException refused) {
            // What is known is of use all the same; JSON says the refusal and nothing else.
            if (!main.json()) {
                main.show(new InfoReport(vfio.host(), node, Optional.empty(), Optional.empty()));
            }
            throw refused;
        }
    }

    /** The device that the user means. */
    static DeviceNode find(Vfio vfio, String nameOrPath) {
        try {
            return vfio.device(nameOrPath);
        } catch (IllegalArgumentException garbage) {
            throw new WrongArgument(garbage);
        }
    }
}
