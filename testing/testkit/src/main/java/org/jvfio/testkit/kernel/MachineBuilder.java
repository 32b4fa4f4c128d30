// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.IovaRange;
import org.jvfio.linux.Kernel;
import org.jvfio.testkit.device.ApBusModel;
import org.jvfio.testkit.device.MediatedParent;
import org.jvfio.testkit.device.PciModel;
import org.jvfio.testkit.device.SimSubchannel;
import org.jvfio.testkit.device.VfioModel;

/** Puts a machine together. */
public final class MachineBuilder {
    private final Machine machine;
    private final List<ApBusModel> apBuses = new ArrayList<>();

    /** An empty machine whose process has the memory of {@code real}. */
    public MachineBuilder(Kernel real, int pageSize, boolean manualTime) {
        this.machine = new Machine(real, pageSize, manualTime);
    }

    /** Lets the IOMMU translate these ranges alone, lowest first. */
    public void apertures(List<IovaRange> ranges) {
        machine.iommu(machine.iommu().translating(ranges));
    }

    /** Gives the IOMMU pages of these sizes, one bit for each. */
    public void pageSizes(long sizes) {
        machine.iommu(machine.iommu().with(sizes, machine.pageSize()));
    }

    /** Takes the machine its IOMMU, before anything is plugged in. */
    public void withoutIommu() {
        machine.iommu(IommuUnit.none(machine.pageSize()));
    }

    /** Makes the IOMMU one of POWER's. */
    public void useWindows() {
        machine.useWindows();
    }

    /** Takes POWER's host bridges their error handling. */
    public void handleNoErrors() {
        machine.handleNoErrors();
    }

    /** Sets {@code enable_unsafe_noiommu_mode}. */
    public void allowNoIommu() {
        machine.allowNoIommu();
    }

    /**
     * Plugs a function in. Without an IOMMU only those that are bound to vfio-pci are in a group,
     * each in one of its own.
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
        Group members = group(group, driver);
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

    private Group group(int number, @Nullable String driver) {
        if (machine.iommu().present()) {
            return machine.group(number);
        }
        boolean bound = PciFunction.VFIO_PCI.equals(driver);
        return bound ? machine.group(machine.freeVfioNumber()) : new Group(machine, -1);
    }

    /** Gives the IOMMU dirty tracking. */
    public void trackDirtyPages() {
        machine.trackDirtyPages();
    }

    /** Lets a device that is plugged in log by itself which pages it writes. */
    public void logDma(String name) {
        machine.device(name).orElseThrow().logDma();
    }

    /** Adds a device that is not a PCI function. */
    public void device(String name, VfioModel model, int group) {
        Group members = machine.group(group);
        ModelDevice device =
                new ModelDevice(
                        machine,
                        name,
                        model,
                        members,
                        machine.freeVfioNumber(),
                        "/sys/devices/" + model.bus());
        members.add(device);
        machine.add(device);
    }

    /** Adds a device whose driver makes mediated ones. */
    public void parent(MediatedParent parent) {
        machine.add(parent);
    }

    /** Gives the machine adjunct processors, and a driver that makes matrices of them. */
    public void apBus(ApBusModel bus) {
        machine.add(bus.parent());
        apBuses.add(bus);
    }

    /** Adds a subchannel of s390x. */
    public void subchannel(SimSubchannel subchannel) {
        machine.add(new Subchannel(subchannel));
    }

    /**
     * The machine, with its files.
     *
     * @param cdevs whether the kernel has files for single devices
     */
    public Machine build(boolean cdevs) {
        machine.build(cdevs);
        apBuses.forEach(bus -> new ApBusFiles(machine.files(), bus).build());
        return machine;
    }
}
