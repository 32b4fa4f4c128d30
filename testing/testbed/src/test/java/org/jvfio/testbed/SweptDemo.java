// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.VfioException;
import org.jvfio.cli.demo.Demo;
import org.jvfio.cli.demo.Step;

/** What {@code jvfio demo} does, as one operation. */
final class SweptDemo {
    private SweptDemo() {}

    /** Runs the demo with one device, and throws what its first failed step tells. */
    static void run(SweepWorld world) {
        List<Step> steps = new ArrayList<>();
        new Demo(world.vfio(), List.of(SweepWorld.EDU), List.of(world.backend()), steps::add).run();
        for (Step step : steps) {
            if (step.outcome() == Step.Outcome.FAILED) {
                throw refusal(step);
            }
        }
    }

    /** The demo tells a refusal of the SDK in its own words, and anything else with its class. */
    private static RuntimeException refusal(Step step) {
        return step.seen().matches("(java|org)[.\\w]+: .*")
                ? new IllegalStateException(step.seen())
                : new VfioException("demo", step.name(), step.seen());
    }
}
