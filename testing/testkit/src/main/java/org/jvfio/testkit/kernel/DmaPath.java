// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jvfio.testkit.device.DeviceBus;
import org.jvfio.testkit.device.DmaFault;

/** A device's way to memory, through the IOMMU, and to the interrupt controller. */
final class DmaPath implements DeviceBus {
    /** A part of an access that lies in one mapping. */
    private record Part(DmaMapping mapping, long offset, int at, int length) {}

    private final Device device;

    DmaPath(Device device) {
        this.device = device;
    }

    private Machine machine() {
        return device.machine();
    }

    private <T> T locked(Supplier<T> access) {
        machine().lock().lock();
        try {
            return access.get();
        } finally {
            machine().lock().unlock();
        }
    }

    private void act(Runnable action) {
        locked(
                () -> {
                    action.run();
                    return true;
                });
    }

    @Override
    public boolean read(long iova, byte[] target) {
        return locked(() -> access(iova, target, false));
    }

    @Override
    public boolean write(long iova, byte[] source) {
        return locked(() -> access(iova, source, true));
    }

    private boolean access(long iova, byte[] bytes, boolean write) {
        List<Part> parts = new ArrayList<>();
        String obstacle = translate(iova, bytes.length, write, parts);
        if (!obstacle.isEmpty()) {
            fault(iova, bytes.length, write, obstacle);
            return false;
        }
        for (Part part : parts) {
            copy(part, bytes, write);
            if (write) {
                device.written(part.mapping().iova + part.offset(), part.length());
            }
        }
        return true;
    }

    private void copy(Part part, byte[] bytes, boolean write) {
        DmaMapping mapping = part.mapping();
        BarPart bar = mapping.bar;
        if (bar != null) {
            bar.copy(part.offset(), bytes, part.at(), part.length(), write);
        } else {
            machine().memory().copy(mapping, part.offset(), bytes, part.at(), part.length(), write);
        }
    }

    /** Finds where an access goes; answers why it goes nowhere, or nothing. */
    private String translate(long iova, int length, boolean write, List<Part> parts) {
        if (!device.mayMaster()) {
            return "bus mastering is off";
        }
        IommuDomain domain = device.domain();
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
            String obstacle = obstacle(mapping, at - mapping.iova, part);
            if (!obstacle.isEmpty()) {
                return obstacle + " at 0x" + Long.toHexString(at);
            }
            parts.add(new Part(mapping, at - mapping.iova, done, part));
            done += part;
        }
        return "";
    }

    private String obstacle(DmaMapping mapping, long offset, int length) {
        BarPart bar = mapping.bar;
        if (bar == null) {
            boolean there = machine().memory().reachable(mapping, offset, length);
            return there ? "" : "the memory is gone";
        }
        if (mapping.memory != null && mapping.memory.revoked()) {
            return "the BAR was taken back";
        }
        return bar.answers() ? "" : bar.function() + " does not answer";
    }

    @Override
    public void fault(long iova, long length, boolean write, String reason) {
        DmaFault fault = new DmaFault(device.name(), iova, length, write, reason);
        locked(() -> machine().faults().add(fault));
    }

    @Override
    public boolean messages() {
        return locked(device::messages);
    }

    @Override
    public void message(int vector) {
        // A message is a write by the device, and goes nowhere without bus mastering.
        act(
                () -> {
                    if (device.mayMaster()) {
                        device.message(vector);
                    }
                });
    }

    @Override
    public void line(boolean asserted) {
        line(0, asserted);
    }

    @Override
    public void line(int index, boolean asserted) {
        act(() -> device.line(index, asserted));
    }

    @Override
    public void after(Duration delay, Runnable work) {
        act(
                () ->
                        machine()
                                .after(
                                        delay,
                                        () -> {
                                            work.run();
                                            machine().views().publish(device);
                                        }));
    }

    @Override
    public void signal(int index) {
        act(() -> device.signal(index));
    }
}
