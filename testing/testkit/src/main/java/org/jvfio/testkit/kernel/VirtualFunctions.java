// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.SriovModel;

/** The virtual functions of a physical function, which the kernel makes and takes away. */
final class VirtualFunctions {
    private final Machine machine;
    private final PciFunction physical;
    private final SriovModel model;
    private final List<PciFunction> functions = new ArrayList<>();

    VirtualFunctions(Machine machine, PciFunction physical, SriovModel model) {
        this.machine = machine;
        this.physical = physical;
        this.model = model;
    }

    int count() {
        return functions.size();
    }

    /** What is written to {@code sriov_numvfs}. */
    void write(String text) {
        int number;
        try {
            number = Integer.decode(text.strip());
        } catch (NumberFormatException e) {
            throw new Refused(Errno.EINVAL);
        }
        Refused.when(number > physical.config().totalVirtualFunctions(), Errno.ERANGE);
        if (number != count()) {
            Refused.when(!physical.boundToVfio(), Errno.ENOENT);
            Refused.when(number != 0 && count() != 0, Errno.EBUSY);
            change(number);
        }
    }

    private void change(int number) {
        if (number == 0) {
            removeAll();
        }
        for (int i = 0; i < number; i++) {
            add(i);
        }
        physical.config().virtualFunctions(number);
    }

    private void add(int index) {
        int distance =
                physical.config().virtualOffset() + index * physical.config().virtualStride();
        Group group = machine.group(machine.freeGroup());
        PciFunction function =
                new PciFunction(
                        machine,
                        physical.nameAfter(distance),
                        model.virtualFunction(index),
                        group,
                        physical.driver().orElse(null),
                        physical.bridge().orElse(null),
                        machine.freeVfioNumber(),
                        physical);
        functions.add(function);
        group.add(function);
        machine.add(function);
        Sysfs files = machine.sysfs();
        files.group(group);
        files.virtual(physical, function, index);
    }

    /** Takes all away; as in Linux, each is asked for, and waited for while it is in use. */
    void removeAll() {
        for (int i = count() - 1; i >= 0; i--) {
            PciFunction function = functions.get(i);
            function.signal(Irqs.REQ);
            machine.await(() -> !function.isOpen(), -1);
            functions.remove(i);
            machine.remove(function);
            machine.sysfs().removeVirtual(physical, function, i);
        }
    }
}
