// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.IgbModel;
import org.jvfio.testkit.device.NvmeModel;
import org.jvfio.testkit.kernel.MachineBuilder;

/**
 * Puts a simulated machine together.
 *
 * <p>What it does not say is as on a machine where VFIO works: root, interrupts remapped, every
 * file there. <b>Threads.</b> Not safe for use by several threads.
 */
public final class SimKernelBuilder {
    private final List<SimDevice> devices = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private boolean cdevs = true;

    SimKernelBuilder() {}

    /** With an {@link EduModel} bound to vfio-pci, in a group of its own. */
    public SimKernelBuilder edu(String name) {
        return device(SimDevice.of(name, new EduModel()));
    }

    /** With an {@link NvmeModel} bound to vfio-pci, in a group of its own. */
    public SimKernelBuilder nvme(String name) {
        return device(SimDevice.of(name, new NvmeModel("jvfio")));
    }

    /** With an {@link IgbModel} bound to vfio-pci, in a group of its own. */
    public SimKernelBuilder igb(String name) {
        return device(SimDevice.of(name, new IgbModel()));
    }

    /** With this function. */
    public SimKernelBuilder device(SimDevice device) {
        if (devices.stream().anyMatch(other -> other.name().equals(device.name()))) {
            throw new IllegalArgumentException(device.name() + " is plugged in already");
        }
        devices.add(device);
        return this;
    }

    /** Of a kernel without {@code VFIO_DEVICE_CDEV}: {@code vfio-dev} is there, without nodes. */
    public SimKernelBuilder withoutCdevs() {
        cdevs = false;
        return this;
    }

    /** Of a kernel without iommufd. */
    public SimKernelBuilder withoutIommufd() {
        hidden.add("/dev/iommu");
        return withoutCdevs();
    }

    /** Of a kernel without groups and containers. */
    public SimKernelBuilder withoutGroups() {
        hidden.add("/dev/vfio/vfio");
        groups().forEach(number -> hidden.add("/dev/vfio/" + number));
        return this;
    }

    private Set<Integer> groups() {
        Set<Integer> numbers = new TreeSet<>();
        devices.forEach(device -> device.group().ifPresent(numbers::add));
        return numbers;
    }

    /** The machine. */
    public SimKernel build() {
        LinuxHost real = LinuxHost.real();
        MachineBuilder machine = new MachineBuilder(real.kernel(), real.pageSize());
        Set<Integer> taken = groups();
        for (SimDevice device : devices) {
            int group = device.group().orElseGet(() -> free(taken));
            machine.function(
                    device.name(),
                    device.model(),
                    group,
                    device.driver().orElse(null),
                    device.bridge().orElse(null));
        }
        SimKernel kernel = new SimKernel(machine.build(cdevs), real.pageSize());
        hidden.forEach(kernel::hide);
        return kernel;
    }

    private static int free(Set<Integer> taken) {
        int number = 1;
        while (!taken.add(number)) {
            number++;
        }
        return number;
    }
}
