// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.AttachOptions;
import org.jvfio.Departure;
import org.jvfio.Host;
import org.jvfio.ProviderInUseException;
import org.jvfio.ProviderSet;
import org.jvfio.ProviderStatus;
import org.jvfio.ProviderUser;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.Provider;
import org.jvfio.spi.SpiVersion;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;

/** Providers come and go while sessions are open. */
@Timeout(60)
class ProviderSetTest {
    private static final PciAddress FIRST = PciAddress.of("0000:00:05.0");
    private static final PciAddress SECOND = PciAddress.of("0000:00:07.0");
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long COLLECTED_MILLIS = 10_000;

    private final SimKernel kernel = SimHostProvider.machine().build();
    private final ProviderSet set = ProviderSet.create();
    private final Provider legacy = Discovered.backend("legacy");
    private final Provider iommufd = Discovered.backend("iommufd");
    private final Provider pci = Discovered.bus("pci");

    @AfterEach
    void nothingIsLeft() {
        kernel.assertNothingLeft();
    }

    private Vfio open() {
        return Vfio.builder().host(kernel.host()).providers(set).open();
    }

    private Vfio openWith(Provider... providers) {
        List.of(providers).forEach(set::add);
        return open();
    }

    private static List<String> names(List<ProviderStatus> statuses) {
        return statuses.stream().map(ProviderStatus::name).toList();
    }

    private static Runnable away(Runnable work, CompletableFuture<Void> result) {
        return () -> {
            try {
                work.run();
                result.complete(null);
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
        };
    }

    /**
     * Withdraws in another thread, and returns when nothing new is attached through it any more.
     */
    private CompletableFuture<Void> beginToWithdraw(Vfio vfio, Provider provider) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Runnable withdrawal = () -> set.withdraw(provider, Departure.within(LONG));
        new Thread(away(withdrawal, result), "test-withdraw").start();
        while (!explanation(vfio, provider.name()).contains("leaving")) {
            Thread.onSpinWait();
        }
        return result;
    }

    private static String explanation(Vfio vfio, String backend) {
        return vfio.backends().stream()
                .filter(status -> status.name().equals(backend))
                .findFirst()
                .orElseThrow()
                .explanation();
    }

    @Test
    void openSessionHasWhatComesLater() {
        try (Vfio vfio = open()) {
            assertThat(vfio.backends()).isEmpty();
            assertThat(vfio.buses()).isEmpty();

            set.add(legacy);
            set.add(pci);

            assertThat(names(vfio.backends())).containsExactly("legacy");
            assertThat(vfio.addressSpace().attach(FIRST).backend()).isEqualTo("legacy");
        }
    }

    @Test
    void openSessionLosesWhatLeaves() {
        try (Vfio vfio = openWith(legacy, iommufd, pci)) {
            vfio.addressSpace().attach(FIRST).close();

            set.withdraw(iommufd, Departure.refuse());
            assertThat(names(vfio.backends())).containsExactly("legacy");
            assertThat(vfio.addressSpace().attach(FIRST).backend()).isEqualTo("legacy");
            assertThatThrownBy(
                            () ->
                                    vfio.addressSpace()
                                            .attach(
                                                    SECOND,
                                                    AttachOptions.defaults().backend("iommufd")))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("no such backend");
        }
    }

    @Test
    void refusalNamesTheUsersAndTheProviderServesAsBefore() {
        openWith(legacy, pci).close();
        try (Vfio vfio = open()) {
            PciDevice device = vfio.addressSpace().attach(FIRST);

            var refused =
                    catchThrowableOfType(
                            ProviderInUseException.class,
                            () -> set.withdraw(legacy, Departure.refuse()));

            assertThat(refused)
                    .hasMessage(
                            "backend legacy: withdraw: in use by 0000:00:05.0 through legacy,"
                                    + " session 2; close these first, or have them closed with"
                                    + " Departure.close()");
            assertThat(refused.users())
                    .containsExactly(new ProviderUser("0000:00:05.0", "legacy", 2));
            assertThat(device.bar(0).map().size()).isPositive();
            vfio.addressSpace().attach(SECOND);
            assertThat(set.users(pci))
                    .extracting(ProviderUser::user)
                    .containsExactly("0000:00:05.0", "0000:00:07.0");
        }
    }

    @Test
    void closingClosesTheDevicesTheLastFirst() {
        List<String> closed = new ArrayList<>();
        Provider telling = tellsOfClosing(Discovered.bus("pci"), closed);
        try (Vfio vfio = openWith(legacy, telling)) {
            PciDevice first = vfio.addressSpace().attach(FIRST);
            PciDevice second = vfio.newAddressSpace().attach(SECOND);

            set.withdraw(telling, Departure.close());

            assertThat(closed).containsExactly("0000:00:07.0", "0000:00:05.0");
            assertThatThrownBy(first::reset).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(second::reset).isInstanceOf(IllegalStateException.class);
            assertThat(vfio.buses()).isEmpty();
            assertThatThrownBy(() -> vfio.addressSpace().attach(FIRST))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("no such bus");
        }
    }

    /** The bus, with the names of its devices in the order in which they are closed. */
    private static Provider tellsOfClosing(BusProvider real, List<String> closed) {
        return proxy(
                BusProvider.class,
                real,
                (method, result) ->
                        method.equals("open")
                                ? tellsOfClosing((PciDevice) result, closed)
                                : result);
    }

    private static PciDevice tellsOfClosing(PciDevice real, List<String> closed) {
        return proxy(
                PciDevice.class,
                real,
                (method, result) -> {
                    if (method.equals("close")) {
                        closed.add(real.name());
                    }
                    return result;
                });
    }

    private static <T> T proxy(
            Class<T> type, T real, BiFunction<String, Object, Object> afterwards) {
        InvocationHandler handler =
                (proxy, method, arguments) -> {
                    try {
                        return afterwards.apply(method.getName(), method.invoke(real, arguments));
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                };
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void deviceThatIsBeingAttachedIsAUser() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Provider slow =
                proxy(
                        BusProvider.class,
                        Discovered.bus("pci"),
                        (method, result) ->
                                method.equals("open") ? after(inside, goOn, result) : result);
        try (Vfio vfio = openWith(legacy, slow)) {
            CompletableFuture<Void> attached = new CompletableFuture<>();
            new Thread(away(() -> vfio.addressSpace().attach(FIRST), attached), "test-a").start();
            inside.await();
            CompletableFuture<Void> left = new CompletableFuture<>();
            Runnable withdrawal = () -> set.withdraw(slow, Departure.refuse());
            new Thread(away(withdrawal, left), "test-w").start();
            goOn.countDown();

            attached.get(COLLECTED_MILLIS, TimeUnit.MILLISECONDS);
            Throwable refused = left.handle((nothing, failure) -> failure).get();
            assertThat(refused).isInstanceOf(ProviderInUseException.class);
        }
    }

    private static Object after(CountDownLatch inside, CountDownLatch goOn, Object result) {
        inside.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return result;
    }

    @Test
    void waitingEndsWhenTheLastUserIsGone() throws Exception {
        try (Vfio vfio = openWith(legacy, pci)) {
            PciDevice first = vfio.addressSpace().attach(FIRST);
            PciDevice second = vfio.addressSpace().attach(SECOND);
            CompletableFuture<Void> left = beginToWithdraw(vfio, legacy);

            first.close();
            assertThat(set.users(legacy)).hasSize(1);
            second.close();

            left.get(COLLECTED_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(set.providers()).containsExactly(pci);
        }
    }

    @Test
    void nothingNewIsAttachedThroughWhatIsLeaving() throws Exception {
        try (Vfio vfio = openWith(legacy, pci)) {
            PciDevice device = vfio.addressSpace().attach(FIRST);
            CompletableFuture<Void> left = beginToWithdraw(vfio, legacy);

            assertThatThrownBy(() -> vfio.addressSpace().attach(SECOND))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("not legacy: it is leaving");
            assertThatThrownBy(() -> set.withdraw(legacy, Departure.close()))
                    .isInstanceOf(IllegalStateException.class);

            device.close();
            left.get(COLLECTED_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void whoIsStillThereAfterTheDeadlineIsNamedAndStays() {
        try (Vfio vfio = openWith(legacy, pci)) {
            vfio.addressSpace().attach(FIRST);

            assertThatThrownBy(() -> set.withdraw(pci, Departure.within(SOON)))
                    .isInstanceOf(ProviderInUseException.class)
                    .hasMessageContaining("still in use after PT0.02S by 0000:00:05.0 through pci");
            vfio.addressSpace().attach(SECOND);
        }
    }

    @Test
    void interruptedWaitIsARefusal() throws Exception {
        try (Vfio vfio = openWith(legacy, pci)) {
            vfio.addressSpace().attach(FIRST);
            CompletableFuture<Void> result = new CompletableFuture<>();
            Runnable withdrawal = () -> set.withdraw(legacy, Departure.within(LONG));
            Thread waiting = new Thread(away(withdrawal, result), "test-withdraw");
            waiting.start();
            waiting.interrupt();

            assertThatThrownBy(() -> result.get(COLLECTED_MILLIS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ProviderInUseException.class);
            assertThat(set.providers()).contains(legacy);
        }
    }

    @Test
    void iommufdObjectIsAUserOfItsBackend() {
        try (Vfio vfio = openWith(iommufd, pci)) {
            var object = vfio.openIommufd();

            assertThat(set.users(iommufd))
                    .containsExactly(new ProviderUser("an iommufd object", "iommufd", 1));
            set.withdraw(iommufd, Departure.close());

            assertThat(object.users()).isEmpty();
            assertThat(kernel.openDescriptors()).isEmpty();
        }
    }

    @Test
    void devicesAreClosedBeforeTheIommufdObjectThatTheyUse() {
        try (Vfio vfio = openWith(iommufd, pci)) {
            var object = vfio.openIommufd();
            vfio.addressSpace().attach(FIRST, AttachOptions.defaults().iommufd(object));

            set.withdraw(iommufd, Departure.close());

            assertThat(kernel.openDescriptors()).isEmpty();
        }
    }

    @Test
    void sessionIsAUserOfItsHost() {
        HostProvider machine = machine();
        set.add(machine);
        Vfio vfio = Vfio.builder().host("machine").providers(set).open();

        assertThatThrownBy(() -> set.withdraw(machine, Departure.refuse()))
                .isInstanceOf(ProviderInUseException.class)
                .hasMessageContaining("the session itself through machine, session 1");
        set.withdraw(machine, Departure.close());

        assertThatThrownBy(vfio::newAddressSpace).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Vfio.builder().host("machine").providers(set).open())
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("no provider of it is here");
    }

    private HostProvider machine() {
        return new HostProvider() {
            @Override
            public String name() {
                return "machine";
            }

            @Override
            public int spiVersion() {
                return SpiVersion.CURRENT;
            }

            @Override
            public Host open() {
                return kernel.host();
            }
        };
    }

    @Test
    void ofTwoWithOneNameTheSecondTakesOverWhenTheFirstHasLeft() {
        Provider again = Discovered.backend("legacy");
        try (Vfio vfio = openWith(legacy, again, pci)) {
            vfio.addressSpace().attach(FIRST);
            assertThat(set.users(again)).isEmpty();

            set.withdraw(legacy, Departure.close());
            vfio.addressSpace().attach(FIRST);

            assertThat(set.users(again)).hasSize(1);
        }
    }

    @Test
    void whatIsNotInTheSetIsWithdrawnAlready() {
        set.withdraw(legacy, Departure.refuse());

        assertThat(set.providers()).isEmpty();
    }

    @Test
    void nothingHoldsAProviderThatLeftNorItsBackend() throws Exception {
        try (Vfio vfio = openWith(pci)) {
            ReferenceQueue<Object> collected = new ReferenceQueue<>();
            List<WeakReference<Object>> left = useAndWithdraw(vfio, collected);

            for (int i = 0; i < left.size(); i++) {
                System.gc();
                assertThat(collected.remove(COLLECTED_MILLIS)).isNotNull();
            }
        }
    }

    private List<WeakReference<Object>> useAndWithdraw(
            Vfio vfio, ReferenceQueue<Object> collected) {
        KeptBackend provider = new KeptBackend(Discovered.backend("legacy"));
        set.add(provider);
        vfio.addressSpace().attach(FIRST);
        set.withdraw(provider, Departure.close());
        return List.of(
                new WeakReference<>(provider, collected),
                new WeakReference<>(provider.opened, collected));
    }

    /** A backend whose provider remembers it, so that the test can look for it. */
    private static final class KeptBackend implements BackendProvider {
        private final BackendProvider real;
        private Backend opened;

        KeptBackend(BackendProvider real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public int spiVersion() {
            return real.spiVersion();
        }

        @Override
        public int preference() {
            return real.preference();
        }

        @Override
        public Set<String> options() {
            return real.options();
        }

        @Override
        public ProviderStatus status(BackendContext context) {
            return real.status(context);
        }

        @Override
        public Backend open(BackendContext context) {
            opened = real.open(context);
            return opened;
        }
    }
}
