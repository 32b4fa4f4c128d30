// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jvfio.Departure;
import org.jvfio.ProviderInUseException;
import org.jvfio.ProviderSet;
import org.jvfio.ProviderUser;
import org.jvfio.VfioException;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.BusProvider;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.Provider;
import org.jvfio.spi.Teardown;

/**
 * The set of providers that sessions look into each time they need one.
 *
 * <p>It keeps no book of users: it asks its sessions, which know their devices. Its lock comes
 * after that of a session, so no session is asked while it is held.
 */
public final class LiveProviders implements ProviderSet {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<VfioSession> sessions = new ArrayList<>();
    private volatile List<Provider> members = List.of();
    private volatile List<Provider> leaving = List.of();
    private int sessionsOpened;
    private long changes;

    /** A set with nothing in it. */
    public LiveProviders() {}

    @Override
    public void add(Provider provider) {
        locked(
                () -> {
                    if (!holds(members, provider)) {
                        members = with(members, provider);
                    }
                    return provider;
                });
    }

    @Override
    public List<Provider> providers() {
        return members;
    }

    /** Whether nothing may be attached through it, because it is about to go or gone. */
    boolean isLeaving(Provider provider) {
        return holds(leaving, provider);
    }

    @Override
    public List<ProviderUser> users(Provider provider) {
        return sessions().stream().flatMap(session -> session.users(provider).stream()).toList();
    }

    @Override
    public void withdraw(Provider provider, Departure departure) {
        if (!beginToLeave(provider)) {
            return;
        }
        Teardown teardown = new Teardown();
        try {
            switch (departure.policy()) {
                case WAIT -> await(provider, departure.deadline());
                case REFUSE -> checkUnused(provider, "in use by");
                case CLOSE -> closeUsers(provider, teardown);
            }
            locked(() -> members = without(members, provider));
            sessions().forEach(session -> teardown.step(() -> session.forget(provider)));
        } finally {
            locked(() -> leaving = without(leaving, provider));
        }
        teardown.finish();
    }

    /**
     * From here on nothing is attached through it. A device that is being attached already is seen
     * as a user, because the sessions answer with the lock that an attach holds.
     */
    private boolean beginToLeave(Provider provider) {
        return locked(
                () -> {
                    if (isLeaving(provider)) {
                        throw new IllegalStateException(name(provider) + ": is leaving already");
                    }
                    if (!holds(members, provider)) {
                        return false;
                    }
                    leaving = with(leaving, provider);
                    return true;
                });
    }

    private void checkUnused(Provider provider, String why) {
        List<ProviderUser> users = users(provider);
        if (!users.isEmpty()) {
            throw new ProviderInUseException(name(provider), why, users);
        }
    }

    private void closeUsers(Provider provider, Teardown teardown) {
        List<VfioSession> open = sessions();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).closeUsers(provider, teardown);
        }
        checkUnused(provider, "not everything could be closed; in use by");
    }

    private void await(Provider provider, Duration deadline) {
        long end = System.nanoTime() + nanos(deadline);
        long seen = locked(() -> changes);
        while (!users(provider).isEmpty()) {
            if (!awaitChange(seen, end)) {
                checkUnused(provider, "still in use after " + deadline + " by");
                return;
            }
            seen = locked(() -> changes);
        }
    }

    private static long nanos(Duration deadline) {
        return TimeUnit.NANOSECONDS.convert(deadline);
    }

    /** Whether a user has gone since then; false once the time is over. */
    private boolean awaitChange(long seen, long end) {
        lock.lock();
        try {
            long left = end - System.nanoTime();
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return changes != seen;
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Some user of some provider is gone. */
    void userGone() {
        locked(
                () -> {
                    changes++;
                    changed.signalAll();
                    return this;
                });
    }

    /**
     * Lets a session in; from now on it is asked for the users of providers.
     *
     * @return its number
     */
    int enter(VfioSession session) {
        return locked(
                () -> {
                    sessions.add(session);
                    return ++sessionsOpened;
                });
    }

    /** The session is closed. */
    void leave(VfioSession session) {
        locked(() -> sessions.remove(session));
        userGone();
    }

    /** The provider of a host that may be opened. */
    HostProvider host(String name) {
        List<String> names = new ArrayList<>();
        for (HostProvider provider : of(HostProvider.class)) {
            if (provider.name().equals(name)) {
                checkStays(provider);
                return provider;
            }
            names.add(provider.name());
        }
        throw new VfioException(
                "host " + name, "open", "no provider of it is here; there are " + names);
    }

    /** Refuses what is leaving. */
    void checkStays(Provider provider) {
        if (isLeaving(provider) || !holds(members, provider)) {
            throw new VfioException(name(provider), "open", LEAVING);
        }
    }

    /** What is said of a provider through which nothing new comes. */
    static final String LEAVING =
            "it is leaving, and takes nothing new; use another, or try again when it is back";

    /** Those of one kind, in the order in which they came. */
    <P extends Provider> List<P> of(Class<P> kind) {
        return members.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<VfioSession> sessions() {
        return locked(() -> List.copyOf(sessions));
    }

    private static boolean holds(List<Provider> providers, Provider wanted) {
        return providers.stream().anyMatch(provider -> provider == wanted);
    }

    private static List<Provider> with(List<Provider> providers, Provider more) {
        List<Provider> all = new ArrayList<>(providers);
        all.add(more);
        return List.copyOf(all);
    }

    private static List<Provider> without(List<Provider> providers, Provider gone) {
        return providers.stream().filter(provider -> provider != gone).toList();
    }

    /** What it is, for people: {@code "backend legacy"}. */
    static String name(Provider provider) {
        if (provider instanceof BackendProvider) {
            return "backend " + provider.name();
        }
        return (provider instanceof BusProvider ? "bus " : "host ") + provider.name();
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
