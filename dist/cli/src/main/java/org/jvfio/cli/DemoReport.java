// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jvfio.Host;
import org.jvfio.cli.demo.Step;
import org.jvfio.cli.demo.Step.Outcome;
import org.jvfio.device.PciAddress;

/** The steps of the demo: told one by one while they come, and summed up at the end. */
final class DemoReport implements Report {
    private final DemoStage stage;
    private final List<String> backends;
    private final List<Step> steps = new ArrayList<>();
    private final String line;

    DemoReport(DemoStage stage, List<String> backends) {
        this.stage = stage;
        this.backends = backends;
        this.line =
                "%%-%ds  %%-%ds  %%s  %%s%%n"
                        .formatted(
                                longest(backends.stream()),
                                longest(stage.devices().stream().map(PciAddress::name)));
    }

    private static int longest(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(1);
    }

    void add(Step step) {
        steps.add(step);
    }

    boolean failed() {
        return count(Outcome.FAILED) > 0;
    }

    private long count(Outcome outcome) {
        return steps.stream().filter(step -> step.outcome() == outcome).count();
    }

    /** Says where the demo is played, and why there. */
    void printBeginning(PrintWriter out) {
        Host host = stage.vfio().host();
        stage.whySimulated()
                .ifPresent(why -> out.println("Simulated, no real device is touched: " + why));
        out.printf(
                "On %s, with %s, through %s:%n",
                HostText.of(host),
                String.join(" and ", stage.devices().stream().map(PciAddress::name).toList()),
                String.join(" and ", backends));
    }

    /** Prints one step as one line. */
    void print(Step step, PrintWriter out) {
        String what = step.outcome() == Outcome.OK ? step.seen() : step.name() + ": " + step.seen();
        out.printf(line, step.backend(), step.device(), what, step.outcome().text());
        out.flush();
    }

    /** Prints the summary: the steps have been told. */
    @Override
    public void print(PrintWriter out) {
        long passed = count(Outcome.OK);
        long leftOut = count(Outcome.LEFT_OUT);
        String result =
                failed()
                        ? "%d of %d steps FAILED".formatted(count(Outcome.FAILED), steps.size())
                        : "All %d steps passed".formatted(passed);
        out.printf(
                "%s on %s, through %s%s.%n",
                result,
                HostText.of(stage.vfio().host()),
                String.join(" and ", backends),
                leftOut == 0 ? "" : "; %d left out".formatted(leftOut));
    }

    @Override
    public JsonObject json() {
        return HostText.json(stage.vfio().host())
                .with("whySimulated", stage.whySimulated())
                .with("devices", stage.devices().stream().map(PciAddress::name).toList())
                .with("backends", backends)
                .with("steps", steps.stream().map(DemoReport::json).toList())
                .with("passed", count(Outcome.OK))
                .with("failed", count(Outcome.FAILED))
                .with("leftOut", count(Outcome.LEFT_OUT));
    }

    private static JsonObject json(Step step) {
        return new JsonObject()
                .with("backend", step.backend())
                .with("device", step.device())
                .with("step", step.name())
                .with("outcome", step.outcome().text())
                .with("seen", step.seen());
    }
}
