// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.testbed.SweptOperation.atomic;
import static org.jvfio.testbed.SweptOperation.ends;
import static org.jvfio.testbed.SweptOperation.releases;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jvfio.Access;
import org.jvfio.AttachOptions;
import org.jvfio.BrokerOptions;
import org.jvfio.Descriptor;
import org.jvfio.IovaRange;
import org.jvfio.device.Interrupts;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.spi.Teardown;

/** The public operations of the SDK. */
final class SweptOperations {
    private static final int COMMAND = 0x04;

    private SweptOperations() {}

    private static void nothing(SweepWorld world) {}

    static List<SweptOperation> all() {
        List<SweptOperation> all = new ArrayList<>();
        all.addAll(looking());
        all.addAll(attaching());
        all.addAll(mapping());
        all.addAll(regions());
        all.addAll(peers());
        all.addAll(interrupts());
        all.addAll(iommufds());
        all.addAll(passedDevices());
        all.addAll(brokers());
        all.addAll(virtualFunctions());
        all.addAll(SweptPlatform.all());
        all.addAll(SweptMatrices.all());
        all.addAll(SweptSubchannels.all());
        all.addAll(closing());
        all.add(atomic("demo", SweptOperations::nothing, SweptDemo::run).sparsely(2));
        return all;
    }

    private static List<SweptOperation> looking() {
        return List.of(
                atomic("backends", SweptOperations::nothing, world -> world.vfio().backends()),
                atomic("buses", SweptOperations::nothing, world -> world.vfio().buses()),
                atomic("devices", SweptOperations::nothing, world -> world.vfio().devices()),
                atomic(
                        "device",
                        SweptOperations::nothing,
                        world -> world.vfio().device(SweepWorld.EDU.name())));
    }

    private static List<SweptOperation> attaching() {
        return List.of(
                atomic("attach", SweptOperations::nothing, world -> world.attach(SweepWorld.EDU)),
                atomic(
                        "attach nvme",
                        SweptOperations::nothing,
                        world -> world.attach(SweepWorld.NVME)),
                atomic(
                        "attach by any backend",
                        SweptOperations::nothing,
                        world -> world.attach(SweepWorld.EDU, AttachOptions.defaults())),
                atomic(
                        "attach with mappings",
                        world -> {
                            world.map(0);
                            world.map(1);
                            world.allocate();
                        },
                        world -> world.attach(SweepWorld.EDU)),
                atomic(
                        "attach a second device",
                        world -> {
                            world.attach(SweepWorld.EDU);
                            world.map(0);
                        },
                        world -> world.attach(SweepWorld.OTHER_EDU)),
                atomic(
                        "attach a second device of a group",
                        world -> {
                            world.attach(SweepWorld.ONE);
                            world.map(0);
                        },
                        world -> world.attach(SweepWorld.TWO)),
                atomic(
                        "attach through the other backend",
                        world -> {
                            world.attach(SweepWorld.EDU);
                            world.map(0);
                            world.map(1);
                        },
                        SweepWorld::attachThroughOther));
    }

    private static List<SweptOperation> mapping() {
        Consumer<SweepWorld> one = world -> world.attach(SweepWorld.EDU);
        Consumer<SweepWorld> both =
                world -> {
                    world.attach(SweepWorld.EDU);
                    world.attachThroughOther();
                };
        List<SweptOperation> all = new ArrayList<>(mappingOn(one, ""));
        all.addAll(mappingOn(both, " in two"));
        return all;
    }

    private static List<SweptOperation> mappingOn(Consumer<SweepWorld> attached, String where) {
        Consumer<SweepWorld> mapped =
                attached.andThen(
                        world -> {
                            world.map(0);
                            world.map(1);
                            world.map(3);
                        });
        return List.of(
                atomic("map" + where, attached, world -> world.map(0)),
                atomic(
                        "map for reading" + where,
                        attached,
                        world ->
                                world.space()
                                        .map(
                                                SweepWorld.range(5),
                                                world.memory().address(),
                                                Access.READ)),
                atomic("unmap" + where, mapped, world -> world.space().unmap(SweepWorld.range(1))),
                atomic(
                        "unmap several" + where,
                        mapped,
                        world -> world.space().unmap(IovaRange.of(0x10_0000, 16 * 4096))),
                atomic("unmap all" + where, mapped, world -> world.space().unmapAll()),
                atomic("allocate" + where, attached, SweepWorld::allocate),
                releases(
                        "close buffer" + where,
                        attached.andThen(SweepWorld::allocate),
                        world -> world.buffer().close()),
                atomic("limits" + where, mapped, world -> world.space().limits()),
                atomic("track dirty pages" + where, mapped, SweepWorld::trackDirty),
                atomic(
                        "unmap while tracking" + where,
                        mapped.andThen(SweepWorld::trackDirty),
                        world -> world.space().unmap(SweepWorld.range(1))));
    }

    private static List<SweptOperation> regions() {
        Consumer<SweepWorld> edu = world -> world.attach(SweepWorld.EDU);
        Consumer<SweepWorld> mapped = edu.andThen(SweepWorld::mapBar);
        return List.of(
                atomic("read region", edu, world -> readRegion(world.device().bar(0))),
                atomic("write region", edu, world -> writeRegion(world.device().bar(0))),
                atomic("configuration", edu, world -> configuration(world.device())),
                atomic("bus master", edu, world -> toggleBusMaster(world.device())),
                atomic("map region", edu, SweepWorld::mapBar),
                releases("unmap region", mapped, world -> world.mmio().close()),
                atomic("mapped access", mapped, world -> world.mmio().getInt(0)),
                atomic(
                        "reset",
                        world -> world.attach(SweepWorld.NVME),
                        world -> world.device().reset()));
    }

    private static List<SweptOperation> peers() {
        Consumer<SweepWorld> attached =
                world -> {
                    world.attachThroughOther();
                    world.attach(SweepWorld.NVME);
                };
        Consumer<SweepWorld> given = attached.andThen(SweepWorld::mapPeer);
        return List.of(
                atomic("map peer", attached, SweepWorld::mapPeer),
                releases("close peer", given, world -> world.peer().close()),
                atomic("reset with a peer", given, world -> world.device().reset()),
                ends("close a peer's device", given, SweptOperations::closeBoth));
    }

    /** A mapping that could not be taken away with its device can be closed once more. */
    private static void closeBoth(SweepWorld world) {
        Teardown teardown = new Teardown();
        teardown.step(world.device()::close);
        teardown.step(world.peer()::close);
        teardown.finish();
    }

    private static void readRegion(Region region) {
        region.getByte(0x80000);
        region.getShort(0x80000);
        region.getInt(0);
        region.getLong(0x80);
        region.read(0x80, ByteBuffer.allocateDirect(16));
    }

    private static void writeRegion(Region region) {
        region.putInt(0x04, 1);
        region.putLong(0x80, 1);
        region.write(0x88, ByteBuffer.allocateDirect(8));
    }

    private static void configuration(PciDevice device) {
        device.config().capabilities();
        short command = device.config().getShort(COMMAND);
        device.config().putShort(COMMAND, command);
        device.config().getInt(0x10);
    }

    private static void toggleBusMaster(PciDevice device) {
        device.busMaster(false);
        device.busMaster(true);
    }

    private static List<SweptOperation> interrupts() {
        Consumer<SweepWorld> edu = world -> world.attach(SweepWorld.EDU);
        Consumer<SweepWorld> nvme = world -> world.attach(SweepWorld.NVME);
        List<SweptOperation> all = new ArrayList<>();
        all.addAll(listening("INTx", edu, world -> world.device().intx(), 0));
        all.addAll(listening("MSI", edu, world -> world.device().msi(), 0));
        all.addAll(listening("MSI-X", nvme, world -> world.device().msix(), 3));
        Consumer<SweepWorld> listened =
                edu.andThen(world -> world.device().intx().listen(0, vector -> {}));
        all.add(atomic("mask INTx", listened, world -> world.device().intx().mask(0)));
        all.add(
                atomic(
                        "unmask INTx",
                        listened.andThen(world -> world.device().intx().mask(0)),
                        world -> world.device().intx().unmask(0)));
        return all;
    }

    private static List<SweptOperation> listening(
            String name,
            Consumer<SweepWorld> attached,
            java.util.function.Function<SweepWorld, Interrupts> of,
            int vector) {
        Consumer<SweepWorld> listen = world -> of.apply(world).listen(vector, v -> {});
        Consumer<SweepWorld> listened = attached.andThen(listen);
        return List.of(
                atomic("listen to " + name, attached, listen),
                atomic(
                        "connect " + name,
                        attached.andThen(SweepWorld::makeEventfd),
                        world -> of.apply(world).connect(vector, world.beside())),
                atomic("trigger " + name, listened, world -> of.apply(world).trigger(vector)),
                releases("release " + name, listened, world -> of.apply(world).release(vector)),
                releases("disable " + name, listened, world -> of.apply(world).disable()));
    }

    private static List<SweptOperation> iommufds() {
        return List.of(
                atomic("open iommufd", SweptOperations::nothing, SweepWorld::openIommufd),
                atomic(
                        "take a borrowed iommufd",
                        SweepWorld::openBeside,
                        world -> world.takeIommufd(Descriptor.borrowed(world.beside()))),
                atomic(
                        "take an owned iommufd",
                        SweepWorld::openBeside,
                        world -> world.takeIommufd(Descriptor.owned(world.beside()))),
                atomic(
                        "attach through an iommufd",
                        SweepWorld::openIommufd,
                        world -> world.attach(SweepWorld.EDU, through(world))),
                atomic(
                        "attach through a passed iommufd",
                        world -> world.takeIommufd(Descriptor.borrowed(world.openBeside())),
                        world -> world.attach(SweepWorld.EDU, through(world))),
                atomic(
                        "attach a second device through an iommufd",
                        world -> {
                            world.openIommufd();
                            world.attach(SweepWorld.EDU, through(world));
                        },
                        world -> world.attach(SweepWorld.OTHER_EDU, through(world))),
                ends("close iommufd", SweepWorld::openIommufd, world -> world.iommufd().close()),
                ends(
                        "detach from an iommufd",
                        world -> {
                            world.openIommufd();
                            world.attach(SweepWorld.EDU, through(world));
                        },
                        world -> world.device().close()));
    }

    private static List<SweptOperation> passedDevices() {
        return List.of(
                atomic(
                        "attach by borrowed descriptors",
                        SweptOperations::passBoth,
                        world ->
                                world.attach(
                                        SweepWorld.EDU,
                                        through(world)
                                                .descriptor(
                                                        Descriptor.borrowed(world.lastBeside())))),
                atomic(
                        "attach by an owned descriptor",
                        SweptOperations::passBoth,
                        world ->
                                world.attach(
                                        SweepWorld.EDU,
                                        through(world)
                                                .descriptor(Descriptor.owned(world.lastBeside())))),
                atomic(
                        "attach again by a borrowed descriptor",
                        world -> {
                            passBoth(world);
                            Descriptor cdev = Descriptor.borrowed(world.lastBeside());
                            world.attach(SweepWorld.EDU, through(world).descriptor(cdev)).close();
                        },
                        world ->
                                world.attach(
                                        SweepWorld.EDU,
                                        through(world)
                                                .descriptor(
                                                        Descriptor.borrowed(world.lastBeside())))));
    }

    private static void passBoth(SweepWorld world) {
        world.takeIommufd(Descriptor.borrowed(world.openBeside()));
        world.openDeviceBeside();
    }

    private static List<SweptOperation> brokers() {
        BrokerOptions options = BrokerOptions.at("/run/jvfio.sock").owner(1);
        return List.of(
                atomic("broker", SweptOperations::nothing, world -> world.vfio().broker(options)));
    }

    private static List<SweptOperation> virtualFunctions() {
        Consumer<SweepWorld> physical =
                world -> world.attach(SweepWorld.PHYSICAL, withToken(world));
        return List.of(
                atomic("attach with a token", SweptOperations::nothing, physical),
                atomic("set a token", physical, world -> world.device().vfToken(SweepWorld.TOKEN)),
                atomic(
                        "attach a second device, a virtual function",
                        physical,
                        world -> world.attach(SweepWorld.VIRTUAL, withToken(world))));
    }

    private static AttachOptions withToken(SweepWorld world) {
        return world.options().vfToken(SweepWorld.TOKEN);
    }

    private static AttachOptions through(SweepWorld world) {
        return AttachOptions.defaults().iommufd(world.iommufd());
    }

    private static List<SweptOperation> closing() {
        Consumer<SweepWorld> plain = world -> world.attach(SweepWorld.EDU);
        Consumer<SweepWorld> busy =
                world -> {
                    world.attach(SweepWorld.EDU);
                    world.map(0);
                    world.allocate();
                    world.mapBar();
                    world.device().msi().listen(0, vector -> {});
                };
        Consumer<SweepWorld> two = busy.andThen(world -> world.attach(SweepWorld.OTHER_EDU));
        Consumer<SweepWorld> mixed = busy.andThen(SweepWorld::attachThroughOther);
        return List.of(
                ends("close device", plain, world -> world.device().close()),
                ends("close busy device", busy, world -> world.device().close()),
                ends("close one of two devices", two, world -> world.device().close()),
                ends(
                        "close one device of a group",
                        world -> {
                            world.attach(SweepWorld.ONE);
                            world.attach(SweepWorld.TWO);
                        },
                        world -> world.device().close()),
                ends("close address space", two, world -> world.space().close()),
                ends("close mixed address space", mixed, world -> world.space().close()),
                ends("close session", two, world -> world.vfio().close()),
                ends("close mixed session", mixed, world -> world.vfio().close()));
    }
}
