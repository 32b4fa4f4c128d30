// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.time.Duration;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciCapability;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciDevice;

/** Everything that one device can do behind an address space of its own, step by step. */
final class MainJob {
    private static final int MSI_CAPABILITY = 0x05;
    private static final int NUMBER = 12;
    private static final int NUMBER_FACTORIAL = 479_001_600;
    private static final int IDENTIFICATION = 0x00ed;
    private static final int IDENTIFICATION_MASK = 0xffff;
    private static final int LIVENESS = 0x1234_5678;

    private final Vfio vfio;
    private final PciAddress address;
    private final AttachOptions options;
    private final Steps steps;

    MainJob(Vfio vfio, PciAddress address, AttachOptions options, Steps steps) {
        this.vfio = vfio;
        this.address = address;
        this.options = options;
        this.steps = steps;
    }

    void run() {
        steps.job("main job", this::inAddressSpace);
    }

    private void inAddressSpace() {
        try (AddressSpace space = vfio.newAddressSpace()) {
            EduDevice edu =
                    steps.step(
                            "open",
                            () -> EduDevice.open(space, address, options),
                            MainJob::identity);
            steps.step("registers", () -> registers(edu));
            DmaBuffer source = space.allocate(EduDevice.BUFFER_BYTES, EduDevice.REACH);
            DmaBuffer target = space.allocate(EduDevice.BUFFER_BYTES, EduDevice.REACH);
            steps.step("DMA", () -> copy(edu, source, target));
            steps.step("factorial", () -> factorial(edu));
            steps.step("unmap", () -> unmap(edu, target));
            steps.step("reset", () -> reset(edu));
            steps.step("close", () -> close(edu, space));
        }
    }

    private static String identity(EduDevice edu) {
        PciConfig config = edu.device().config();
        PciCapability msi =
                config.capability(MSI_CAPABILITY)
                        .orElseThrow(() -> new DemoFailure("it has no MSI capability"));
        return "opened: %04x:%04x revision %02x, MSI capability at 0x%02x"
                .formatted(config.vendorId(), config.deviceId(), config.revision(), msi.offset());
    }

    private static String registers(EduDevice edu) {
        int identification = edu.identification();
        DemoFailure.unless(
                (identification & IDENTIFICATION_MASK) == IDENTIFICATION,
                "the identification register is 0x%08x and not 0xRRrr00ed"
                        .formatted(identification));
        edu.writeLiveness(LIVENESS);
        Deadline.await(
                () -> edu.readLiveness() == ~LIVENESS,
                "0x%08x in the liveness register".formatted(~LIVENESS));
        return "BAR 0 mapped: identification 0x%08x, liveness 0x%08x turned into 0x%08x"
                .formatted(identification, LIVENESS, ~LIVENESS);
    }

    private static String copy(EduDevice edu, DmaBuffer source, DmaBuffer target) {
        Pattern pattern = new Pattern(1);
        pattern.fill(source);
        edu.copyIn(source.iova(), EduDevice.BUFFER_BYTES);
        Duration back = edu.copyOut(target.iova(), EduDevice.BUFFER_BYTES);
        pattern.check(target, "the device copied something else back");
        return "DMA %d bytes there and back, MSI after %d ms"
                .formatted(EduDevice.BUFFER_BYTES, back.toMillis());
    }

    private static String factorial(EduDevice edu) {
        int result = edu.factorial(NUMBER);
        DemoFailure.unless(
                result == NUMBER_FACTORIAL,
                "%d! is %d and not %d".formatted(NUMBER, result, NUMBER_FACTORIAL));
        return "%d! = %d, with an MSI when it was done".formatted(NUMBER, result);
    }

    /**
     * The device still holds the first pattern, and must not get it into the second one's place.
     */
    private static String unmap(EduDevice edu, DmaBuffer target) {
        long iova = target.iova();
        Pattern untouched = new Pattern(2);
        untouched.fill(target);
        edu.device().addressSpace().unmap(target.range());
        edu.copyOutSilently(iova, EduDevice.BUFFER_BYTES);
        untouched.check(target, "the device wrote to unmapped memory");
        return "unmapped %s: the same DMA changes no byte".formatted(target.range());
    }

    private static String reset(EduDevice edu) {
        PciDevice device = edu.device();
        if (!device.resettable()) {
            return "not reset: the device has no reset";
        }
        device.reset();
        registers(edu);
        return "reset; the registers answer as before";
    }

    private static String close(EduDevice edu, AddressSpace space) {
        edu.close();
        space.close();
        try {
            int value = edu.identification();
            throw new DemoFailure("a register still answers after close: 0x%08x".formatted(value));
        } catch (IllegalStateException closed) {
            return "closed; a register access now says: " + closed.getMessage();
        }
    }
}
