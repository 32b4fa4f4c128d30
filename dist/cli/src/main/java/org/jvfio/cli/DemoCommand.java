// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jvfio.ProviderStatus;
import org.jvfio.cli.demo.Demo;
import org.jvfio.cli.demo.Step;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows that everything works. */
@Command(
        name = "demo",
        header = "Shows that everything works.",
        description =
                "Drives QEMU's edu devices through each backend: registers, DMA, interrupts, unmap,"
                        + " reset and close, one device alone and two together. Where this machine"
                        + " has no edu device that is ready, it takes the simulated kernel and says"
                        + " so; with --host or --device it never does. Exit status 0 only if no"
                        + " step failed.")
final class DemoCommand implements Callable<Integer> {
    private final Main main;

    @Option(
            names = "--device",
            paramLabel = "ADDRESS",
            description = "Drive this edu device, and not all that are ready (repeatable).")
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "Go through this backend, and not all of the image (repeatable).")
    private List<String> backends = new ArrayList<>();

    DemoCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        try (DemoStage stage = DemoStage.choose(main, devices)) {
            List<String> through = backends(stage);
            DemoReport report = new DemoReport(stage, through);
            if (!main.json()) {
                report.printBeginning(main.out());
            }
            new Demo(stage.vfio(), stage.devices(), through, step -> tell(report, step)).run();
            main.show(report);
            return report.failed() ? ExitStatus.REFUSED : ExitStatus.OK;
        }
    }

    private List<String> backends(DemoStage stage) {
        return backends.isEmpty()
                ? stage.vfio().backends().stream()
                        .filter(ProviderStatus::present)
                        .map(ProviderStatus::name)
                        .toList()
                : backends.stream().distinct().toList();
    }

    private void tell(DemoReport report, Step step) {
        report.add(step);
        if (!main.json()) {
            report.print(step, main.out());
        }
    }
}
