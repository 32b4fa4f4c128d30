// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jvfio.spi.PeerMemory.Presence;
import org.jvfio.spi.Teardown;

/**
 * Whether a device's memory answers other devices, as far as this process can know, and who wants
 * to hear when that changes.
 *
 * <p>The kernel takes BARs that were given to other devices back when their device is reset or
 * stops decoding memory, and tells nobody; so whoever does such a thing says so here, first {@link
 * #leaves} and then {@link #returns}.
 *
 * <p><b>Threads.</b> Safe for use by several threads. Watchers run in the thread that tells, which
 * holds no lock of this object.
 */
public final class DevicePresence {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private int absences;
    private int revocations;
    private boolean decoding = true;
    private boolean closed;

    DevicePresence() {}

    /** Whether the memory answers. */
    synchronized Presence presence() {
        if (closed) {
            return Presence.GONE;
        }
        return absences == 0 && decoding ? Presence.HERE : Presence.AWAY;
    }

    /** How often it has stopped to. */
    synchronized int revocations() {
        return revocations;
    }

    /** Has {@code watcher} run at each change; false if there will be none, after the close. */
    synchronized boolean watch(Runnable watcher) {
        return !closed && watchers.add(watcher);
    }

    void forget(Runnable watcher) {
        watchers.remove(watcher);
    }

    /**
     * Says that the device is about to be reset; {@link #returns} must follow.
     *
     * <p>If a watcher throws, it is as if this had not been called: what is mapped of the device
     * could not be taken away.
     */
    public void leaves() {
        change(1, 1);
        try {
            tell();
        } catch (RuntimeException refused) {
            change(-1, -1);
            throw Teardown.after(refused, this::tell);
        }
    }

    private synchronized void change(int moreAbsences, int moreRevocations) {
        absences += moreAbsences;
        revocations += moreRevocations;
    }

    /** Says that the device has been reset, or was not after all. */
    public void returns() {
        change(-1, 0);
        tell();
    }

    /**
     * Says whether the device decodes memory, for a bus that can turn that off. Off is said before
     * it is done; if a watcher throws, it is not to be done, and was not said.
     */
    public void decodes(boolean on) {
        synchronized (this) {
            if (decoding == on) {
                return;
            }
            decoding = on;
            revocations += on ? 0 : 1;
        }
        try {
            tell();
        } catch (RuntimeException refused) {
            throw on ? refused : Teardown.after(refused, this::decodesAfterAll);
        }
    }

    private void decodesAfterAll() {
        synchronized (this) {
            decoding = true;
            revocations--;
        }
        tell();
    }

    /** The device is about to be closed. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        tell();
    }

    private void tell() {
        Teardown teardown = new Teardown();
        watchers.forEach(watcher -> teardown.step(watcher));
        teardown.finish();
    }
}
