// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.testkit.device.DeviceBus;
import org.jvfio.testkit.device.DmaFault;

/** A function's way to memory, through the IOMMU, and to the interrupt controller. */
final class DmaPath implements DeviceBus {
    /** A part of an access that lies in one mapping. */
    private record Part(DmaMapping mapping, long offset, int at, int length) {}

    private final PciFunction function;

    DmaPath(PciFunction function) {
        this.function = function;
    }

    private Machine machine() {
        return function.machine();
    }

    @Override
    public boolean read(long iova, byte[] target) {
        return access(iova, target, false);
    }

    @Override
    public boolean write(long iova, byte[] source) {
        return access(iova, source, true);
    }

    private boolean access(long iova, byte[] bytes, boolean write) {
        List<Part> parts = new ArrayList<>();
        String obstacle = translate(iova, bytes.length, write, parts);
        if (!obstacle.isEmpty()) {
            fault(iova, bytes.length, write, obstacle);
            return false;
        }
        for (Part part : parts) {
            machine()
                    .memory()
                    .copy(part.mapping(), part.offset(), bytes, part.at(), part.length(), write);
            if (write) {
                function.written(part.mapping().iova + part.offset(), part.length());
            }
        }
        return true;
    }

    /** Finds where an access goes; answers why it goes nowhere, or nothing. */
    private String translate(long iova, int length, boolean write, List<Part> parts) {
        if (!function.mayMaster()) {
            return "bus mastering is off";
        }
        IommuDomain domain = function.domain();
        if (domain == null) {
            return "behind no page tables";
        }
        for (int done = 0; done < length; ) {
            long at = iova + done;
            DmaMapping mapping = domain.table().at(at);
            if (mapping == null) {
                return "nothing is mapped at 0x" + Long.toHexString(at);
            }
            if (write ? !mapping.writable : !mapping.readable) {
                return "mapped without permission at 0x" + Long.toHexString(at);
            }
            long left = mapping.last() - at + 1;
            int part = (int) Math.min(length - done, left);
            if (!machine().memory().reachable(mapping, at - mapping.iova, part)) {
                return "the memory is gone at 0x" + Long.toHexString(at);
            }
            parts.add(new Part(mapping, at - mapping.iova, done, part));
            done += part;
        }
        return "";
    }

    @Override
    public void fault(long iova, long length, boolean write, String reason) {
        machine().faults().add(new DmaFault(function.name(), iova, length, write, reason));
    }

    @Override
    public boolean messages() {
        return function.irqs().messages();
    }

    @Override
    public void message(int vector) {
        // A message is a write by the device, and goes nowhere without bus mastering.
        if (function.mayMaster()) {
            function.irqs().message(vector);
        }
    }

    @Override
    public void line(boolean asserted) {
        function.irqs().line(asserted);
    }
}
