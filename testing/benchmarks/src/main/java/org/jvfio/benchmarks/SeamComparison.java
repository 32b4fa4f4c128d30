// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.List;

/** Prints what one {@code ioctl} through the seam costs beside the same loop in C. */
public final class SeamComparison {
    private SeamComparison() {}

    /** Measures with the binding that this Java chooses or {@code jvfio.native} forces. */
    public static void main(String[] arguments) {
        CLoops loops = CLoops.load();
        try (CheapIoctl ioctl = new CheapIoctl()) {
            List<Interleaved.Result> results =
                    new Interleaved()
                            .way("C", count -> ioctl.inC(loops, count))
                            .way(ioctl.binding(), ioctl::inJava)
                            .measure();
            System.out.printf(
                    "%s, struct of 32 bytes, Java %s%n", ioctl, Runtime.version().feature());
            print(results);
        }
    }

    private static void print(List<Interleaved.Result> results) {
        System.out.printf("%-12s %9s %7s %7s %9s%n", "way", "ns", "ratio", "B/op", "target");
        double c = results.get(0).nanoseconds();
        System.out.printf("%-12s %9.1f %7.3f %7s%n", "C", c, 1.0, "-");
        for (Interleaved.Result result : results.subList(1, results.size())) {
            System.out.printf(
                    "%-12s %9.1f %7.3f %7.2f %9s%n",
                    result.name(),
                    result.nanoseconds(),
                    result.nanoseconds() / c,
                    result.allocated(),
                    target(result.name()));
        }
    }

    private static String target(String way) {
        return switch (way) {
            case "JnaKernel" -> "<= 1.50";
            case "FfmKernel" -> "<= 1.08";
            default -> "";
        };
    }
}
