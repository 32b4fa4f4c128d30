// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.jvfio.VfioException;

/**
 * What is asked of the kernel to bring memory in; what kernels answer, the contract suites show.
 */
final class PopulationTest {
    private static final long ADDRESS = 0x7f00_0010_0000L;
    private static final long PAGE = 4096;

    private final ScriptedKernel kernel = new ScriptedKernel();

    @Test
    void smallMemoryIsOneCall() {
        Population.of(kernel, ADDRESS, PAGE, 8);

        assertEquals(List.of("madvise 4096 23"), kernel.calls);
    }

    @Test
    void largeMemoryIsCutWhereHugePagesEnd() {
        long bytes = 2 * Population.PIECE;

        Population.of(kernel, ADDRESS, bytes, 1);

        assertEquals(
                List.of(
                        "madvise %d 23".formatted(Population.PIECE - 0x10_0000),
                        "madvise %d 23".formatted(Population.PIECE),
                        "madvise %d 23".formatted(0x10_0000)),
                kernel.calls);
    }

    @Test
    void severalThreadsLeaveNoPieceOut() {
        Population.of(kernel, ADDRESS & -Population.PIECE, 100 * Population.PIECE, 8);

        assertEquals(100, kernel.calls.size());
    }

    @Test
    void memoryThatCannotBeWrittenIsRead() {
        kernel.refuse(Errno.EINVAL);

        Population.of(kernel, ADDRESS, PAGE, 1);

        assertEquals(List.of("madvise 4096 23", "madvise 4096 22"), kernel.calls);
    }

    @Test
    void kernelThatDoesNotKnowHowIsAskedNoFurther() {
        kernel.refuse(Errno.EINVAL).refuse(Errno.EINVAL).refuse(Errno.EINVAL);

        Population.of(kernel, ADDRESS, 4 * Population.PIECE, 1);

        assertEquals(3, kernel.calls.size());
        assertTrue(kernel.isDone());
    }

    @Test
    void refusalNamesTheRangeAndEndsTheWork() {
        kernel.refuse(Errno.EHWPOISON);

        VfioException refused =
                assertThrows(
                        VfioException.class,
                        () -> Population.of(kernel, ADDRESS, 4 * Population.PIECE, 1));

        assertEquals(OptionalInt.of(Errno.EHWPOISON.number()), refused.errno());
        assertEquals("[0x7f0000100000, 0x7f00040fffff]", refused.object());
        assertEquals(1, kernel.calls.size());
    }
}
