// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** What the harness itself costs: subtract this from the other numbers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BaselineBenchmark {
    /** Called by the harness. */
    public BaselineBenchmark() {}

    /** An empty method. */
    @Benchmark
    public void nothing() {}
}
