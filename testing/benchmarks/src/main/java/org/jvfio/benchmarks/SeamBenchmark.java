// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One {@code ioctl} with a struct of 32 bytes: through the seam, and in C. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SeamBenchmark {
    private static final int CALLS_IN_C = 1000;

    private final CLoops loops = CLoops.load();
    private final CheapIoctl ioctl = new CheapIoctl();

    /** Closes what the state opened. */
    @TearDown
    public void close() {
        ioctl.close();
    }

    /** Through the seam, with the binding that this Java chooses. */
    @Benchmark
    public int seam() {
        return ioctl.call();
    }

    /** In C. */
    @Benchmark
    @OperationsPerInvocation(CALLS_IN_C)
    public long c() {
        return ioctl.inC(loops, CALLS_IN_C);
    }
}
