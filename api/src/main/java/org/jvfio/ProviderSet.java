// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.List;
import org.jvfio.internal.LiveProviders;
import org.jvfio.spi.Provider;

/**
 * Providers that come and go while sessions are open.
 *
 * <pre>{@code
 * ProviderSet set = ProviderSet.create();
 * set.add(new LegacyProvider());
 * Vfio vfio = Vfio.builder().host(host).providers(set).open();
 * set.add(new PciProvider());                                   // vfio has it from now on
 * set.withdraw(legacy, Departure.within(Duration.ofSeconds(10)));
 * }</pre>
 *
 * <p>Of several backends or buses with one name, sessions see the one that was added first. What
 * has left is not held any more, neither by the set nor by a session: its classes can be unloaded.
 *
 * <p><b>Threads.</b> Safe for use by several threads. <b>Lifetime.</b> A set holds nothing that
 * needs closing; sessions that were opened with it are closed by who opened them.
 */
public sealed interface ProviderSet permits LiveProviders {
    /** A set with nothing in it. */
    static ProviderSet create() {
        return new LiveProviders();
    }

    /** Adds a provider, for open sessions as well. Nothing happens if it is there already. */
    void add(Provider provider);

    /** What is in the set, in the order in which it came; what is leaving is still there. */
    List<Provider> providers();

    /** What would end if the provider left; of each session in the order of opening. */
    List<ProviderUser> users(Provider provider);

    /**
     * Takes a provider out of the set. From the beginning of this call on, nothing new is attached
     * through it: a {@link VfioException} says that it is leaving. Nothing happens if it is not in
     * the set.
     *
     * <p>Call it from a thread that is not itself needed for the users to close: no listener or
     * interrupt handler of theirs.
     *
     * @throws ProviderInUseException if it is in use and {@code departure} does not change that; it
     *     stays and serves as before
     * @throws VfioException if something failed to close; the provider has left
     * @throws IllegalStateException if another thread is withdrawing it
     */
    void withdraw(Provider provider, Departure departure);
}
