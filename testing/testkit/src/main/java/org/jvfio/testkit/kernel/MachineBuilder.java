// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Kernel;
import org.jvfio.testkit.device.PciModel;

/** Puts a machine together. */
public final class MachineBuilder {
    private final Machine machine;

    /** An empty machine whose process has the memory of {@code real}. */
    public MachineBuilder(Kernel real, int pageSize) {
        this.machine = new Machine(real, pageSize);
    }

    /**
     * Plugs a function in.
     *
     * @param driver null for none
     * @param bridge the name of the bridge that it is behind, null for none
     */
    public void function(
            String name,
            PciModel model,
            int group,
            @Nullable String driver,
            @Nullable String bridge) {
        Group members = machine.group(group);
        PciFunction function =
                new PciFunction(
                        machine,
                        name,
                        model,
                        members,
                        driver,
                        bridge,
                        machine.freeVfioNumber(),
                        null);
        members.add(function);
        machine.add(function);
    }

    /**
     * The machine, with its files.
     *
     * @param cdevs whether the kernel has files for single devices
     */
    public Machine build(boolean cdevs) {
        machine.build(cdevs);
        return machine;
    }
}
