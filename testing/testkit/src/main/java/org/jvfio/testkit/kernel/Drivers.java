// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jvfio.linux.Errno;

/**
 * The drivers of the PCI bus, and how root gives functions to them and takes them: {@code
 * driver_override}, {@code bind}, {@code unbind}, {@code drivers_probe}.
 *
 * <p>A driver suits the functions that came bound to it; vfio-pci suits those that are told to want
 * it.
 */
final class Drivers {
    private static final String BUS = "/sys/bus/pci/";

    private final Machine machine;
    private final FileNodes files;
    private final Set<String> known = new TreeSet<>();

    Drivers(Machine machine) {
        this.machine = machine;
        this.files = machine.files();
    }

    /** Makes the bus's files. */
    void build() {
        files.writeOnly(BUS + "drivers_probe", this::probe);
        add(PciFunction.VFIO_PCI);
    }

    /** Makes the files of a driver, unless they are there. */
    void add(String driver) {
        if (known.add(driver)) {
            String folder = BUS + "drivers/" + driver;
            files.folder(folder);
            files.writeOnly(folder + "/bind", name -> bind(driver, name));
            files.writeOnly(folder + "/unbind", name -> unbind(driver, name));
        }
    }

    private PciFunction function(String name) {
        return machine.functions().stream()
                .filter(function -> function.name().equals(name.strip()))
                .findFirst()
                .orElseThrow(() -> new Refused(Errno.ENODEV));
    }

    private void probe(String name) {
        PciFunction function = function(name);
        if (function.driver().isEmpty()) {
            function.wantedDriver().filter(known::contains).ifPresent(d -> bind(function, d));
        }
    }

    private void bind(String driver, String name) {
        PciFunction function = function(name);
        boolean suits = function.wantedDriver().equals(Optional.of(driver));
        Refused.when(!suits, Errno.ENODEV);
        Refused.when(function.driver().isPresent(), Errno.EBUSY);
        bind(function, driver);
    }

    private void bind(PciFunction function, String driver) {
        // vfio-pci's probe refuses what is in no group.
        boolean forVfio = driver.equals(PciFunction.VFIO_PCI);
        Refused.when(forVfio && !function.group().hasIommu(), Errno.EINVAL);
        function.bind(driver, machine.freeVfioNumber());
        function.renewToken();
        machine.sysfs().bound(function);
    }

    private void unbind(String driver, String name) {
        PciFunction function = function(name);
        Refused.when(!function.driver().equals(Optional.of(driver)), Errno.ENODEV);
        if (function.boundToVfio()) {
            function.virtualFunctions().ifPresent(VirtualFunctions::removeAll);
            // As in Linux, whoever has it open is asked for it, and waited for.
            function.signal(Irqs.REQ);
            machine.await(() -> !function.isOpen(), -1);
        }
        machine.sysfs().unbound(function);
        function.unbind();
        if (!function.group().hasFile()) {
            function.group().driversGone();
        }
        machine.sysfs().groupFile(function.group());
    }
}
