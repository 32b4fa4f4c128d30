// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.testbed.SweptOperation.atomic;
import static org.jvfio.testbed.SweptOperation.ends;

import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jvfio.VfioException;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.ChannelResult;
import org.jvfio.device.Orb;
import org.jvfio.linux.Errno;

/** What can be done with a subchannel. */
final class SweptSubchannels {
    private static final int NO_OPERATION = 0x0320_0000;

    private SweptSubchannels() {}

    static List<SweptOperation> all() {
        Consumer<SweepWorld> attached = SweepWorld::attachSubchannel;
        Consumer<SweepWorld> ready = attached.andThen(world -> world.map(0));
        return List.of(
                atomic("attach a subchannel", world -> {}, attached),
                atomic("start", ready, answered(device -> device.start(program(device)))),
                atomic("halt", ready, answered(CcwDevice::halt)),
                atomic("clear", ready, answered(CcwDevice::clear)),
                atomic("look at a subchannel", ready, SweptSubchannels::look),
                atomic("reset a subchannel", ready, world -> world.subchannel().reset()),
                ends("close a subchannel", ready, world -> world.subchannel().close()));
    }

    private static void look(SweepWorld world) {
        world.subchannel().irb();
        if (world.subchannel().schib().isEmpty() || world.subchannel().nextReport().isPresent()) {
            throw new IllegalStateException("no state, or a report of nothing");
        }
    }

    /** A program that does nothing, in the page that is mapped. */
    private static Orb program(CcwDevice device) {
        return Orb.of((int) device.addressSpace().mappings().get(0).range().first());
    }

    /** What is no exception for a caller is one for the sweep, which looks for the errno in it. */
    private static Consumer<SweepWorld> answered(Function<CcwDevice, ChannelResult> request) {
        return world -> {
            world.memory()
                    .window(0)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putInt(0, NO_OPERATION)
                    .putInt(4, 0);
            ChannelResult result = request.apply(world.subchannel());
            if (!result.accepted()) {
                throw new VfioException(world.subchannel().name(), "pwrite", errnos(result));
            }
        };
    }

    private static String errnos(ChannelResult result) {
        return switch (result) {
            case BUSY -> Errno.EBUSY.name();
            case PATH_NOT_OPERATIONAL -> Errno.EACCES.name();
            case NOT_OPERATIONAL -> Errno.ENODEV.name();
            case PROGRAM_REFUSED -> Errno.EINVAL.name() + " or " + Errno.EFAULT.name();
            case UNSUPPORTED -> Errno.EOPNOTSUPP.name();
            case TRY_AGAIN -> Errno.EAGAIN.name();
            case LOST -> Errno.EIO.name();
            case ACCEPTED -> "";
        };
    }
}
