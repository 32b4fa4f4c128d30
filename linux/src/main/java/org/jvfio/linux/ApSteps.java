// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Function;
import org.jvfio.device.ApMatrix;

/**
 * The writes that make one matrix of another, one adapter or domain each: for kernels before 6.10,
 * which do not take a whole matrix at once.
 *
 * <p>What goes does so first, so that nothing is assigned meanwhile that neither matrix has.
 */
final class ApSteps {
    private record Step(String attribute, int number) {}

    private final List<Step> steps = new ArrayList<>();

    private ApSteps() {}

    static ApSteps between(ApMatrix before, ApMatrix after) {
        ApSteps all = new ApSteps();
        all.each("unassign_adapter", before.adapters(), after.adapters());
        all.each("unassign_domain", before.domains(), after.domains());
        all.each("unassign_control_domain", before.controlDomains(), after.controlDomains());
        all.each("assign_adapter", after.adapters(), before.adapters());
        all.each("assign_domain", after.domains(), before.domains());
        all.each("assign_control_domain", after.controlDomains(), before.controlDomains());
        return all;
    }

    /** A step for each number that only one of both has. */
    private void each(String attribute, SortedSet<Integer> has, SortedSet<Integer> hasNot) {
        has.stream()
                .filter(number -> !hasNot.contains(number))
                .forEach(number -> steps.add(new Step(attribute, number)));
    }

    /** Makes one write after the other, until one is refused. */
    void run(Kernel kernel, String folder, Function<Errno, String> advice) {
        for (Step step : steps) {
            SysfsFile.write(
                    kernel,
                    folder + "/" + step.attribute(),
                    Integer.toString(step.number()),
                    advice);
        }
    }
}
