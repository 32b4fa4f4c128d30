// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** iommufd objects that embedders hold: several in one process, and when each may go. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class IommufdObjectContract extends Contract {
    private static final int RACES = 50;

    /** For extension. */
    protected IommufdObjectContract() {}

    @Test
    void devicesOnDifferentIommufdObjects() {
        try (Iommufd left = vfio().openIommufd();
                Iommufd right = vfio().openIommufd();
                PciDevice one = attach(space(), bench().edu(), left);
                PciDevice other = attach(space(), bench().otherEdu(), right);
                EduDriver first = EduDriver.start(one);
                EduDriver second = EduDriver.start(other);
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            Reach.assertReaches(first, buffer.iova(), buffer.bytes());
            Reach.assertReaches(second, buffer.iova(), buffer.bytes());
            assertEquals(List.of(one.name()), left.users());
            assertEquals(List.of(other.name()), right.users());
        }
    }

    @Test
    void deviceThatLeavesOneIommufdObjectJoinsAnother() {
        try (Iommufd left = vfio().openIommufd();
                Iommufd right = vfio().openIommufd();
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            for (Iommufd object : List.of(left, right, left)) {
                try (PciDevice device = attach(space(), bench().edu(), object);
                        EduDriver edu = EduDriver.start(device)) {
                    Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
                    assertEquals(List.of(device.name()), object.users());
                }
                assertEquals(List.of(), object.users());
            }
        }
    }

    @Test
    void iommufdObjectIsSharedByAddressSpaces() {
        try (Iommufd object = vfio().openIommufd();
                AddressSpace space = vfio().newAddressSpace();
                PciDevice one = attach(space(), bench().edu(), object);
                PciDevice other = attach(space, bench().otherEdu(), object);
                EduDriver first = EduDriver.start(one);
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            Reach.assertReaches(first, buffer.iova(), buffer.bytes());
            assertEquals(List.of(one.name(), other.name()), object.users());
            assertEquals(List.of(), space.mappings());
        }
    }

    /** Each of two objects comes before its device and goes after it; every order otherwise. */
    @Test
    void iommufdObjectPlugMixedWithDevicePlug() {
        List<String> orders = new ArrayList<>();
        addOrders("", 4, 4, orders);
        assertEquals(70, orders.size());
        try (DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            for (String order : orders) {
                Plug left = new Plug(bench().edu());
                Plug right = new Plug(bench().otherEdu());
                order.chars().forEach(c -> (c == 'L' ? left : right).step());
                assertEquals(before().count("/dev/iommu"), bench().holdings().count("/dev/iommu"));
            }
        }
    }

    private static void addOrders(String order, int left, int right, List<String> orders) {
        if (left == 0 && right == 0) {
            orders.add(order);
        }
        if (left > 0) {
            addOrders(order + "L", left - 1, right, orders);
        }
        if (right > 0) {
            addOrders(order + "R", left, right - 1, orders);
        }
    }

    /** An object and a device through it, on their way from nothing to nothing in four steps. */
    private final class Plug {
        private final PciAddress address;
        private @Nullable Iommufd object;
        private @Nullable PciDevice device;
        private int step;

        Plug(PciAddress address) {
            this.address = address;
        }

        void step() {
            step++;
            if (step == 1) {
                object = vfio().openIommufd();
            } else if (step == 2) {
                device = attach(space(), address, object());
                assertNames(
                        assertThrows(IllegalStateException.class, object()::close), address.name());
            } else if (step == 3) {
                Objects.requireNonNull(device).close();
                assertEquals(List.of(), object().users());
            } else {
                object().close();
            }
        }

        private Iommufd object() {
            return Objects.requireNonNull(object);
        }
    }

    @Test
    void sharedIommufdObjectGoesAfterItsLastDeviceWhicheverThatIs() {
        for (boolean firstLeavesFirst : List.of(true, false)) {
            Iommufd object = vfio().openIommufd();
            PciDevice one = attach(space(), bench().edu(), object);
            PciDevice other = attach(space(), bench().otherEdu(), object);
            PciDevice leaves = firstLeavesFirst ? one : other;
            PciDevice stays = firstLeavesFirst ? other : one;

            leaves.close();

            assertEquals(List.of(stays.name()), object.users());
            assertNames(assertThrows(IllegalStateException.class, object::close), stays.name());
            stays.close();
            object.close();
            assertEquals(before(), bench().holdings());
        }
    }

    @Test
    void closedIommufdObjectTakesNoDevice() {
        Iommufd object = vfio().openIommufd();
        object.close();

        assertNames(
                assertThrows(
                        IllegalStateException.class, () -> attach(space(), bench().edu(), object)),
                "closed");

        assertEquals(List.of(), space().devices());
        assertThrows(IllegalStateException.class, object::descriptor);
    }

    @Test
    void iommufdObjectThatIsClosedWhileADeviceComesIsInUseOrClosed() throws Exception {
        for (int i = 0; i < RACES; i++) {
            Iommufd object = vfio().openIommufd();
            CyclicBarrier together = new CyclicBarrier(2);
            AtomicReference<IllegalStateException> inUse = new AtomicReference<>();
            AtomicReference<IllegalStateException> closed = new AtomicReference<>();
            try (Crew crew = new Crew()) {
                crew.start(
                        () -> {
                            together.await();
                            inUse.set(refusal(object::close));
                            return null;
                        });
                crew.start(
                        () -> {
                            together.await();
                            closed.set(refusal(() -> attach(space(), bench().edu(), object)));
                            return null;
                        });
                crew.await();
            }
            assertTrue((inUse.get() == null) != (closed.get() == null), "one of them gives way");
            space().devices().forEach(d -> d.close());
            object.close();
            assertEquals(before(), bench().holdings());
        }
    }

    @Test
    void iommufdObjectThatIsClosedWhileADeviceGoesIsInUseOrClosed() throws Exception {
        for (int i = 0; i < RACES; i++) {
            Iommufd object = vfio().openIommufd();
            PciDevice device = attach(space(), bench().edu(), object);
            CyclicBarrier together = new CyclicBarrier(2);
            try (Crew crew = new Crew()) {
                crew.start(
                        () -> {
                            together.await();
                            return refusal(object::close);
                        });
                crew.start(
                        () -> {
                            together.await();
                            device.close();
                            return null;
                        });
                crew.await();
            }
            object.close();
            assertEquals(before(), bench().holdings());
        }
    }

    @Test
    void sessionThatIsClosedTakesItsIommufdObjectsAlong() {
        Vfio other = bench().open();
        Iommufd closed = other.openIommufd();
        Iommufd used = other.openIommufd();
        other.openIommufd();
        closed.close();
        attach(other.addressSpace(), bench().edu(), used);

        other.close();

        assertEquals(before(), bench().holdings());
        used.close();
    }

    private static @Nullable IllegalStateException refusal(Runnable work) {
        try {
            work.run();
            return null;
        } catch (IllegalStateException refused) {
            return refused;
        }
    }

    private static PciDevice attach(AddressSpace space, PciAddress address, Iommufd object) {
        return space.attach(address, AttachOptions.defaults().iommufd(object));
    }
}
