// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.testbed.SweptOperation.atomic;
import static org.jvfio.testbed.SweptOperation.ends;
import static org.jvfio.testbed.SweptOperation.releases;

import java.util.List;
import java.util.function.Consumer;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PlatformAddress;

/** The operations of platform devices. */
final class SweptPlatform {
    static final PlatformAddress CLOCK = PlatformAddress.of("9010000.pl031");

    private SweptPlatform() {}

    private static Interrupts alarm(SweepWorld world) {
        return world.platform().interrupts("alarm");
    }

    static List<SweptOperation> all() {
        Consumer<SweepWorld> attached = SweepWorld::attachPlatform;
        Consumer<SweepWorld> connected =
                attached.andThen(
                        world -> {
                            world.makeEventfd();
                            world.makeEventfd();
                            alarm(world).connect(0, world.beside());
                        });
        Consumer<SweepWorld> resampled =
                connected.andThen(world -> alarm(world).resample(0, world.lastBeside()));
        Consumer<SweepWorld> used = connected.andThen(world -> alarm(world).release(0));
        return List.of(
                atomic("attach a platform device", world -> {}, attached),
                atomic("device tree", attached, world -> world.platform().deviceTree()),
                atomic(
                        "read a platform region",
                        attached,
                        world -> world.platform().region(1).getInt(0)),
                atomic(
                        "map a platform region",
                        attached,
                        world -> world.platform().region(0).map()),
                atomic("listen to a line", attached, world -> alarm(world).listen(0, v -> {})),
                atomic("listen to a line again", used, world -> alarm(world).listen(0, v -> {})),
                atomic(
                        "resample a line",
                        connected,
                        world -> alarm(world).resample(0, world.lastBeside())),
                releases("release a resampled line", resampled, world -> alarm(world).release(0)),
                ends("close a platform device", resampled, world -> world.platform().close()));
    }
}
