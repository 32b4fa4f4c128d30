// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jvfio.IovaRange;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.device.ApBusModel;
import org.jvfio.testkit.device.EduModel;
import org.jvfio.testkit.device.IgbModel;
import org.jvfio.testkit.device.MediatedParent;
import org.jvfio.testkit.device.NvmeModel;
import org.jvfio.testkit.device.SimSubchannel;
import org.jvfio.testkit.device.VfioModel;
import org.jvfio.testkit.kernel.MachineBuilder;

/**
 * Puts a simulated machine together.
 *
 * <p>What it does not say is as on a machine where VFIO works: root, interrupts remapped, every
 * file there. <b>Threads.</b> Not safe for use by several threads.
 */
public final class SimKernelBuilder {
    private final List<SimDevice> devices = new ArrayList<>();
    private final Map<String, VfioModel> others = new LinkedHashMap<>();
    private final List<String> hidden = new ArrayList<>();
    private final List<Consumer<MachineBuilder>> settings = new ArrayList<>();
    private final List<String> logging = new ArrayList<>();
    private boolean cdevs = true;
    private boolean groups = true;
    private boolean iommu = true;
    private boolean unsafeNoIommu;
    private OptionalInt hostPages = OptionalInt.empty();
    private SimTime time = SimTime.REAL;

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

    /**
     * With an IOMMU that translates only these addresses; without this, 48 bits of them. The window
     * where a write is an interrupt, from 0xfee00000 to 0xfeefffff, is always left out.
     *
     * @param ranges lowest first, none overlapping another
     * @throws IllegalArgumentException if there are none, or they are in another order
     */
    public SimKernelBuilder apertures(List<IovaRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            long before = ranges.get(i - 1).last();
            if (Long.compareUnsigned(before, ranges.get(i).first()) >= 0) {
                throw new IllegalArgumentException(ranges + ": not in order");
            }
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("an IOMMU translates something");
        }
        List<IovaRange> copy = List.copyOf(ranges);
        settings.add(machine -> machine.apertures(copy));
        return this;
    }

    /**
     * With an IOMMU that has pages of these sizes, which everything that is mapped is a multiple of
     * the smallest of; without this, 4 KiB, 2 MiB and 1 GiB.
     *
     * @param sizes one bit for each size; those below a page of the machine count as that
     * @throws IllegalArgumentException if there are none
     */
    public SimKernelBuilder pageSizes(long sizes) {
        if (sizes == 0) {
            throw new IllegalArgumentException("an IOMMU has a page size");
        }
        settings.add(machine -> machine.pageSizes(sizes));
        return this;
    }

    /**
     * Of a kernel with pages of this size; without this, of the size of this machine's. A BAR that
     * is smaller than a page lies in one with others, so it cannot be mapped.
     *
     * @param bytes a power of two, and no less than a page of this machine; {@link #build} refuses
     *     others
     */
    public SimKernelBuilder hostPageSize(int bytes) {
        hostPages = OptionalInt.of(bytes);
        return this;
    }

    /**
     * Without an IOMMU. No function can be bound to vfio-pci then, so none is, and there are
     * neither groups nor devices of VFIO; unless {@link #unsafeNoIommu()} says otherwise.
     */
    public SimKernelBuilder withoutIommu() {
        iommu = false;
        settings.add(MachineBuilder::withoutIommu);
        return this;
    }

    /**
     * With {@code vfio.enable_unsafe_noiommu_mode}: without an IOMMU, functions are given away all
     * the same, as {@code /dev/vfio/noiommu-0} and {@code /dev/vfio/devices/noiommu-vfio0}. They do
     * DMA by physical addresses, of which this machine simulates none: each is a fault.
     */
    public SimKernelBuilder unsafeNoIommu() {
        unsafeNoIommu = true;
        settings.add(MachineBuilder::allowNoIommu);
        return this;
    }

    /**
     * With an IOMMU that tracks which pages devices write ({@code
     * IOMMU_HWPT_ALLOC_DIRTY_TRACKING}); the one that QEMU emulates does not.
     */
    public SimKernelBuilder withDirtyTracking() {
        settings.add(MachineBuilder::trackDirtyPages);
        return this;
    }

    /**
     * With devices that log by themselves which pages they write ({@code
     * VFIO_DEVICE_FEATURE_DMA_LOGGING_START}), as no device of the testbed does.
     *
     * @param names of devices that are plugged in
     */
    public SimKernelBuilder withDmaLogging(String... names) {
        logging.addAll(List.of(names));
        return this;
    }

    /**
     * Whose time-outs and slow devices go by this clock; {@link SimTime#REAL} unless it is said.
     */
    public SimKernelBuilder time(SimTime clock) {
        time = clock;
        return this;
    }

    /**
     * With POWER's IOMMU, sPAPR TCE of both versions, in place of type 1; there is no iommufd then.
     * The numbers of requests stay those of x86.
     */
    public SimKernelBuilder spaprTce() {
        settings.add(MachineBuilder::useWindows);
        return withoutIommufd();
    }

    /** With host bridges that have none of POWER's error handling (EEH), like all that QEMU has. */
    public SimKernelBuilder withoutEeh() {
        settings.add(MachineBuilder::handleNoErrors);
        return this;
    }

    /** With a device that is not a PCI function, in a group of its own. */
    public SimKernelBuilder device(String name, VfioModel model) {
        if (others.putIfAbsent(name, model) != null) {
            throw new IllegalArgumentException(name + " is plugged in already");
        }
        return this;
    }

    /**
     * With a device whose driver makes mediated devices, through files in {@code
     * /sys/class/mdev_bus}: the kernel's samples are {@link
     * org.jvfio.testkit.device.MttyModel#parent} and {@link
     * org.jvfio.testkit.device.MdpyModel#parent}.
     */
    public SimKernelBuilder mediated(MediatedParent parent) {
        settings.add(machine -> machine.parent(parent));
        return this;
    }

    /** With adjunct processors, and the driver {@code vfio_ap} that makes matrices of them. */
    public SimKernelBuilder apBus(ApBusModel bus) {
        settings.add(machine -> machine.apBus(bus));
        return this;
    }

    /** With a subchannel of s390x, and so with a channel subsystem. */
    public SimKernelBuilder subchannel(SimSubchannel subchannel) {
        settings.add(machine -> machine.subchannel(subchannel));
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
        groups = false;
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
        int pageSize = hostPages.orElse(real.pageSize());
        MachineBuilder machine =
                new MachineBuilder(real.kernel(), pageSize, time == SimTime.MANUAL);
        settings.forEach(setting -> setting.accept(machine));
        Set<Integer> taken = groups();
        for (SimDevice device : devices) {
            int group = device.group().orElseGet(() -> free(taken));
            if (!groups) {
                hidden.add("/dev/vfio/" + group);
                hidden.add("/dev/vfio/noiommu-" + devices.indexOf(device));
            }
            machine.function(
                    device.name(),
                    device.model(),
                    group,
                    device.driver().filter(this::binds).orElse(null),
                    device.bridge().orElse(null));
        }
        others.forEach((name, model) -> machine.device(name, model, free(taken)));
        logging.forEach(machine::logDma);
        SimKernel kernel = new SimKernel(machine.build(cdevs), pageSize);
        hidden.forEach(kernel::hide);
        return kernel;
    }

    private boolean binds(String driver) {
        return iommu || unsafeNoIommu || !driver.equals("vfio-pci");
    }

    private static int free(Set<Integer> taken) {
        int number = 1;
        while (!taken.add(number)) {
            number++;
        }
        return number;
    }
}
