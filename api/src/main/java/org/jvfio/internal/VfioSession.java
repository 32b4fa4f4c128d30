// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.BrokerOptions;
import org.jvfio.Descriptor;
import org.jvfio.DescriptorBroker;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.Host;
import org.jvfio.Iommufd;
import org.jvfio.ProviderStatus;
import org.jvfio.ProviderUser;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.VfioDevice;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Provider;
import org.jvfio.spi.Teardown;

/** A host with its providers, and everything that was opened through them. */
final class VfioSession implements Vfio {
    private final Host host;
    private final @Nullable HostProvider hostProvider;
    private final int number;
    private final Backends backends;
    private final Buses buses;
    private final Providers providers;
    private final Optional<KvmFiles> kvm;
    private final PassedDescriptors passed;
    private final RegisteredPieces registeredPieces;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<IommuAddressSpace> spaces = new ArrayList<>();
    private final List<Iommufd> iommufds = new ArrayList<>();
    private @Nullable IommuAddressSpace own;
    private int spacesMade;
    private boolean closed;

    /**
     * A session with its providers.
     *
     * @param hostProvider where the host came from, if from a provider that may leave
     */
    VfioSession(
            Host host,
            @Nullable HostProvider hostProvider,
            Providers providers,
            Backends backends,
            Optional<KvmFiles> kvm) {
        this.host = host;
        this.hostProvider = hostProvider;
        this.providers = providers;
        this.kvm = kvm;
        this.backends = backends;
        this.buses = new Buses(host, providers);
        this.passed = new PassedDescriptors(host, buses);
        this.registeredPieces = new RegisteredPieces(host.pageSize());
        this.number = providers.live().enter(this);
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public List<ProviderStatus> backends() {
        return locked(
                () -> withAbsent("backend", backends.statuses(), providers.refusedBackends()));
    }

    @Override
    public List<ProviderStatus> buses() {
        return withAbsent("device", buses.statuses(), providers.refusedBuses());
    }

    private static List<ProviderStatus> withAbsent(
            String kind, List<ProviderStatus> accepted, List<ProviderStatus> refused) {
        List<ProviderStatus> all = new ArrayList<>(accepted);
        all.addAll(refused);
        List<String> present = all.stream().map(ProviderStatus::name).toList();
        all.addAll(Distribution.own().absent(kind, present));
        return List.copyOf(all);
    }

    @Override
    public List<DeviceNode> devices() {
        return buses.devices();
    }

    @Override
    public DeviceNode device(String nameOrPath) {
        return buses.find(nameOrPath);
    }

    /** What memory is registered with the page tables of all address spaces. */
    RegisteredPieces registeredPieces() {
        return registeredPieces;
    }

    BusProvider bus(String name) {
        return buses.bus(name);
    }

    DeviceNode find(String bus, String name, AttachOptions options) {
        return buses.find(bus, name, options);
    }

    /** The backend for a device; the session's lock is held. */
    BackendChoice choose(DeviceNode node, AttachOptions options) {
        return BackendChoice.of(backends, node, options);
    }

    /** Whether some address space has the device; the session's lock is held. */
    boolean isAttached(DeviceNode node) {
        return spaces.stream()
                .flatMap(space -> space.devices().stream())
                .anyMatch(device -> device.node().path().equals(node.path()));
    }

    /** The devices of all address spaces, in the order in which they came to each. */
    List<VfioDevice> attached() {
        return locked(() -> attachedNow().toList());
    }

    private Stream<VfioDevice> attachedNow() {
        return spaces.stream().flatMap(space -> space.devices().stream());
    }

    @Override
    public List<DeviceReset> resetAll() {
        return SystemReset.of(attached());
    }

    @Override
    public AddressSpace addressSpace() {
        return locked(
                () -> {
                    if (own == null || own.isClosed()) {
                        own = newSpace();
                    }
                    return own;
                });
    }

    @Override
    public AddressSpace newAddressSpace() {
        return locked(this::newSpace);
    }

    private IommuAddressSpace newSpace() {
        checkOpen();
        spacesMade++;
        IommuAddressSpace space = new IommuAddressSpace(this, "address space " + spacesMade);
        spaces.add(space);
        return space;
    }

    /** The address space is closed. */
    void forget(IommuAddressSpace space) {
        locked(() -> spaces.remove(space));
    }

    @Override
    public DmaBudget budget(String backend, DmaDemand demand) {
        return locked(
                () -> {
                    checkOpen();
                    return backends.usable(backend).budget(demand);
                });
    }

    @Override
    public Iommufd openIommufd() {
        return locked(
                () -> {
                    checkOpen();
                    return keep(backends.iommufdObjects(false).open(this::forget));
                });
    }

    @Override
    public Iommufd iommufd(Descriptor descriptor) {
        return locked(
                () -> {
                    checkOpen();
                    return keep(backends.iommufdObjects(true).of(descriptor, this::forget));
                });
    }

    @Override
    public DescriptorBroker broker(BrokerOptions options) {
        locked(this::checkOpen);
        return passed.broker(options);
    }

    @Override
    public ReceivedDescriptor receive(String socket, String name) {
        locked(this::checkOpen);
        return passed.receive(socket, name);
    }

    private Iommufd keep(Iommufd object) {
        iommufds.add(object);
        return object;
    }

    /** The object is closed. */
    private void forget(Iommufd object) {
        locked(() -> iommufds.remove(object));
        userGone();
    }

    /** Something that used a provider is gone; the session's lock may be held. */
    void userGone() {
        providers.live().userGone();
    }

    /** What of this session would end if the provider left. */
    List<ProviderUser> users(Provider provider) {
        return locked(() -> uses(provider).stream().map(use -> user(use, provider)).toList());
    }

    private ProviderUser user(AutoCloseable use, Provider provider) {
        return new ProviderUser(describe(use), provider.name(), number);
    }

    private static String describe(AutoCloseable use) {
        if (use instanceof VfioDevice device) {
            return device.name();
        }
        return use instanceof Iommufd ? "an iommufd object" : "the session itself";
    }

    /** What was opened through the provider, in the order of opening; the lock is held. */
    private List<AutoCloseable> uses(Provider provider) {
        if (provider == hostProvider) {
            return List.of(this);
        }
        List<AutoCloseable> uses = new ArrayList<>();
        if (backends.isOpen(provider)) {
            String backend = provider.name();
            iommufds.stream().filter(of -> of.backend().equals(backend)).forEach(uses::add);
            attachedNow().filter(of -> of.backend().equals(backend)).forEach(uses::add);
        } else if (provider instanceof BusProvider bus && buses.has(bus)) {
            attachedNow().filter(of -> of.node().bus().equals(bus.name())).forEach(uses::add);
        }
        return uses;
    }

    /** Closes what was opened through the provider, the last one first. */
    void closeUsers(Provider provider, Teardown teardown) {
        List<AutoCloseable> uses = locked(() -> uses(provider));
        for (int i = uses.size() - 1; i >= 0; i--) {
            AutoCloseable use = uses.get(i);
            teardown.step(() -> close(use));
        }
    }

    private static void close(AutoCloseable use) {
        if (use instanceof VfioDevice device) {
            device.close();
        } else if (use instanceof Iommufd object) {
            object.close();
        } else {
            ((Vfio) use).close();
        }
    }

    /** The provider has left. */
    void forget(Provider provider) {
        locked(() -> backends.forget(provider));
    }

    @Override
    public void close() {
        List<IommuAddressSpace> open =
                locked(
                        () -> {
                            closed = true;
                            return List.copyOf(spaces);
                        });
        Teardown teardown = new Teardown();
        for (int i = open.size() - 1; i >= 0; i--) {
            teardown.step(open.get(i)::close);
        }
        teardown.step(this::closeShared);
        teardown.step(passed::close);
        providers.live().leave(this);
        teardown.finish();
    }

    private void closeShared() {
        Teardown teardown = new Teardown();
        lock.lock();
        try {
            List.copyOf(iommufds).forEach(object -> teardown.step(object::close));
            teardown.step(backends::close);
            kvm.ifPresent(machine -> teardown.step(machine::close));
        } finally {
            lock.unlock();
        }
        teardown.finish();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("Vfio on " + host.name() + ": closed");
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code work} while no other device of this session is attached or released. */
    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
