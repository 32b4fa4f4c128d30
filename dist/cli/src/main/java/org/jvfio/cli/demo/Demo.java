// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jvfio.AttachOptions;
import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.cli.demo.PairJob.Member;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciAddress;

/** The whole demo: each device through each backend, then devices and backends together. */
public final class Demo {
    /** Vendor and device ID of what it drives. */
    public static final String DEVICE_ID = EduDevice.ID;

    private static final String BOTH = "both";
    private static final String PAIR = "two devices";
    private static final String SHARED = "one address space";
    private static final String SEPARATE = "an address space each";
    private static final String PROCESS = "process";
    private static final String LEFTOVERS = "leftovers";

    private final Vfio vfio;
    private final List<PciAddress> devices;
    private final List<String> backends;
    private final Consumer<Step> listener;
    private final Optional<ProcessState> before;

    /**
     * A demo with these devices and backends.
     *
     * @param listener told of each step when it is done
     */
    public Demo(
            Vfio vfio, List<PciAddress> devices, List<String> backends, Consumer<Step> listener) {
        this.vfio = vfio;
        this.devices = List.copyOf(devices);
        this.backends = List.copyOf(backends);
        this.listener = listener;
        this.before = vfio.host().simulated() ? Optional.empty() : Optional.of(ProcessState.now());
    }

    /** Whether {@code node} is a device that the demo can drive. */
    public static boolean drives(DeviceNode node) {
        return node.bus().equals("pci") && node.description().startsWith(EduDevice.ID);
    }

    /** Runs all steps. */
    public void run() {
        for (String backend : backends) {
            Steps steps = new Steps(backend, "host", listener);
            if (steps.only("backend", () -> status(backend))) {
                through(backend);
            }
        }
        if (backends.size() > 1) {
            throughBoth();
        }
    }

    private String status(String backend) {
        ProviderStatus status =
                vfio.backends().stream()
                        .filter(candidate -> candidate.name().equals(backend))
                        .findFirst()
                        .orElseGet(
                                () -> ProviderStatus.unusable(backend, "not part of this image"));
        DemoFailure.unless(status.usable(), "not usable: " + status.explanation());
        return "usable: " + status.explanation();
    }

    private void through(String backend) {
        AttachOptions options = AttachOptions.defaults().backend(backend);
        for (PciAddress device : devices) {
            new MainJob(vfio, device, options, new Steps(backend, device.name(), listener)).run();
        }
        together(backend, backend, backend);
        showNothingLeft(backend);
    }

    private void throughBoth() {
        together(BOTH, backends.get(0), backends.get(1));
        showNothingLeft(BOTH);
    }

    private void together(String name, String firstBackend, String secondBackend) {
        Steps steps = new Steps(name, PAIR, listener);
        if (devices.size() < 2) {
            steps.leaveOut(SHARED, "needs a second edu device");
            steps.leaveOut(SEPARATE, "needs a second edu device");
            return;
        }
        PairJob job =
                new PairJob(
                        vfio,
                        new Member(devices.get(0), firstBackend),
                        new Member(devices.get(1), secondBackend),
                        steps);
        job.shareAddressSpace(SHARED);
        job.separateAddressSpaces(SEPARATE);
    }

    private void showNothingLeft(String backend) {
        Steps steps = new Steps(backend, PROCESS, listener);
        if (before.isEmpty()) {
            steps.leaveOut(LEFTOVERS, "a simulated kernel has descriptors and pages of its own");
        } else {
            steps.only(LEFTOVERS, () -> ProcessState.nothingLeft(before.get()));
        }
    }
}
