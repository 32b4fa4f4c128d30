// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.testbed.SweptOperation.atomic;
import static org.jvfio.testbed.SweptOperation.ends;

import java.util.List;
import java.util.function.Consumer;

/** What can be done with a matrix of cryptographic queues. */
final class SweptMatrices {
    private SweptMatrices() {}

    static List<SweptOperation> all() {
        Consumer<SweepWorld> attached =
                ((Consumer<SweepWorld>) SweepWorld::openForVirtualMachine)
                        .andThen(SweepWorld::attachMatrix);
        return List.of(
                atomic(
                        "attach a matrix",
                        SweepWorld::openForVirtualMachine,
                        SweepWorld::attachMatrix),
                atomic(
                        "listen for changes of a matrix",
                        attached,
                        world ->
                                world.matrix()
                                        .configurationChange()
                                        .orElseThrow()
                                        .listen(0, vector -> {})),
                atomic("change a matrix", attached, SweptMatrices::change),
                atomic("reset a matrix", attached, world -> world.matrix().reset()),
                ends("close a matrix", attached, world -> world.matrix().close()));
    }

    /** To what it is already, so that each run finds the same. */
    private static void change(SweepWorld world) {
        world.matrix().change(SweptMachine.matrix(1));
    }
}
