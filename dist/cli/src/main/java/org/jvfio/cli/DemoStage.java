// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.List;
import java.util.Optional;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.cli.demo.Demo;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;

/**
 * Where the demo is played: a host, and devices of it.
 *
 * @param whySimulated why it is not this machine, if that was not the user's wish
 */
record DemoStage(Vfio vfio, List<PciAddress> devices, Optional<String> whySimulated)
        implements AutoCloseable {
    /** What the user asked for, else this machine, else the simulated kernel. */
    static DemoStage choose(Main main, List<String> devices) {
        if (main.host() != null || !devices.isEmpty()) {
            return on(main.open(), devices, Optional.empty());
        }
        try {
            return on(Main.open(Main.THIS_MACHINE), devices, Optional.empty());
        } catch (VfioException | NothingUsable impossible) {
            return simulated(String.valueOf(impossible.getMessage()));
        }
    }

    private static DemoStage simulated(String why) {
        try {
            return on(Main.open(Main.SIMULATED), List.of(), Optional.of(why));
        } catch (VfioException absent) {
            throw new NothingUsable(why + "; and " + absent.getMessage());
        }
    }

    private static DemoStage on(Vfio vfio, List<String> devices, Optional<String> why) {
        try {
            List<DeviceNode> nodes =
                    devices.isEmpty()
                            ? ready(vfio)
                            : devices.stream().distinct().map(d -> named(vfio, d)).toList();
            return new DemoStage(
                    vfio, nodes.stream().map(n -> PciAddress.of(n.name())).toList(), why);
        } catch (RuntimeException refused) {
            vfio.close();
            throw refused;
        }
    }

    private static DeviceNode named(Vfio vfio, String nameOrPath) {
        DeviceNode node = InfoCommand.find(vfio, nameOrPath);
        if (!Demo.drives(node)) {
            throw new WrongArgument(
                    "%s: it is %s, and the demo drives QEMU's edu devices (%s) only"
                            .formatted(node.name(), node.description(), Demo.DEVICE_ID));
        }
        return node;
    }

    private static List<DeviceNode> ready(Vfio vfio) {
        List<DeviceNode> all = vfio.devices().stream().filter(Demo::drives).toList();
        List<DeviceNode> ready = all.stream().filter(NodeText::isReady).toList();
        if (ready.isEmpty()) {
            throw new NothingUsable(
                    all.isEmpty()
                            ? "%s has none of QEMU's edu devices (%s)"
                                    .formatted(vfio.host().name(), Demo.DEVICE_ID)
                            : notReady(all.get(0)));
        }
        return ready;
    }

    private static String notReady(DeviceNode node) {
        return node.name() + " is not ready: " + String.join("; ", node.obstacles());
    }

    @Override
    public void close() {
        vfio.close();
    }
}
