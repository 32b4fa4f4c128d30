// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Iommufd;
import org.jvfio.Vfio;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;

/** An iommufd object that is closed in the very middle of something else. */
@Timeout(60)
final class IommufdRaceTest {
    /** Holds up one request of a kind, and those after it, until they may go on. */
    private static final class Halt implements InvocationHandler {
        private final Kernel kernel;
        private final long request;
        private final AtomicInteger before;
        private final CountDownLatch there = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        /** Lets so many requests of the kind pass before. */
        Halt(Kernel kernel, Ioctl request, int before) {
            this.kernel = kernel;
            this.before = new AtomicInteger(before);
            this.request = request.number(kernel.abi());
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("ioctl")
                    && arguments[1].equals(request)
                    && before.getAndDecrement() <= 0) {
                there.countDown();
                assertTrue(goOn.await(30, TimeUnit.SECONDS));
            }
            try {
                return method.invoke(kernel, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }

        Vfio open() {
            Class<?>[] seam = {Kernel.class};
            Object halting = Proxy.newProxyInstance(getClass().getClassLoader(), seam, this);
            return Vfio.on(LinuxHost.simulated((Kernel) halting));
        }
    }

    @Test
    void objectIsInUseWhileItsFirstDeviceIsBeingBound() throws Exception {
        SimKernel kernel = SimHostProvider.machine().build();
        Halt halt = new Halt(kernel, VfioRequests.DEVICE_BIND_IOMMUFD, 0);
        try (Vfio vfio = halt.open()) {
            Iommufd object = vfio.openIommufd();
            CompletableFuture<PciDevice> attached =
                    CompletableFuture.supplyAsync(() -> attach(vfio, object));
            halt.there.await();

            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, object::close);

            halt.goOn.countDown();
            assertTrue(String.valueOf(refused.getMessage()).contains(SweepWorld.EDU.name()));
            assertEquals(List.of(SweepWorld.EDU.name()), object.users());
            attached.get().close();
            object.close();
            kernel.assertNothingLeft();
        }
        kernel.close();
    }

    @Test
    void objectThatIsClosedWhileItsLastPageTablesGoIsClosedAfterThem() throws Exception {
        SimKernel kernel = SimHostProvider.machine().build();
        Halt halt = new Halt(kernel, IommufdRequests.DESTROY, 1); // The HWPT goes before the IOAS.
        try (Vfio vfio = halt.open()) {
            Iommufd object = vfio.openIommufd();
            PciDevice device = attach(vfio, object);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(device::close);
            halt.there.await();
            assertEquals(List.of(), object.users());

            CompletableFuture<Void> gone = CompletableFuture.runAsync(object::close);
            assertThrows(
                    IllegalStateException.class,
                    () -> {
                        while (!gone.isDone()) {
                            object.descriptor(); // open until the page tables are gone
                            Thread.onSpinWait();
                            halt.goOn.countDown();
                        }
                        object.descriptor();
                    });

            closed.get();
            gone.get();
            kernel.assertNothingLeft();
        }
        kernel.close();
    }

    @Test
    void deviceThatIsBeingAttachedGoesWithItsAddressSpace() throws Exception {
        SimKernel kernel = SimHostProvider.machine().build();
        Halt halt = new Halt(kernel, VfioRequests.DEVICE_BIND_IOMMUFD, 0);
        try (Vfio vfio = halt.open()) {
            AddressSpace space = vfio.newAddressSpace();
            CompletableFuture<PciDevice> attached =
                    CompletableFuture.supplyAsync(() -> space.attach(SweepWorld.EDU));
            halt.there.await();

            Thread closing = new Thread(space::close);
            closing.start();
            while (closing.isAlive() && closing.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            halt.goOn.countDown();

            closing.join();
            PciDevice late = attached.get();
            assertThrows(IllegalStateException.class, () -> late.bar(0).getInt(0));
            kernel.assertNothingLeft();
        }
        kernel.close();
    }

    private static PciDevice attach(Vfio vfio, Iommufd object) {
        return vfio.addressSpace().attach(SweepWorld.EDU, AttachOptions.defaults().iommufd(object));
    }
}
