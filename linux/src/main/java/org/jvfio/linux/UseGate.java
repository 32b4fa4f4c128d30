// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts who is using something, so that closing it waits for them and turns later ones away.
 *
 * <p>Entering and leaving change one number atomically, and allocate nothing. What is done between
 * them must be short, and must not close the same gate: nobody else could let that thread out.
 * Callers here make one system call in between and run no code of others.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
final class UseGate {
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final VarHandle STATE;
    private static final VarHandle CLOSER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(UseGate.class, "state", int.class);
            CLOSER = lookup.findVarHandle(UseGate.class, "closer", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many are inside; with {@link #CLOSED} once nobody may enter any more. */
    @SuppressWarnings("UnusedVariable") // through STATE
    private volatile int state;

    /** Who closes, from before {@link #CLOSED} is set. */
    private volatile @Nullable Thread closer;

    /** Enters, unless the gate is closed; whoever got {@code true} must {@link #leave}. */
    boolean enter() {
        int seen = state;
        while (seen >= 0) {
            if (STATE.weakCompareAndSet(this, seen, seen + 1)) {
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** Leaves; the last one out lets the closing thread go on. */
    void leave() {
        int before = (int) STATE.getAndAdd(this, -1);
        if (before == CLOSED + 1) {
            LockSupport.unpark(closer);
        }
    }

    /** Whether nobody may enter any more; some may still be inside. */
    boolean isClosed() {
        return state < 0;
    }

    /**
     * Turns later ones away and waits until those inside have left.
     *
     * @return whether this call was the one that closed; if not, it did not wait
     */
    boolean close() {
        if (!CLOSER.compareAndSet(this, null, Thread.currentThread())) {
            return false;
        }
        STATE.getAndBitwiseOr(this, CLOSED);
        boolean interrupted = false;
        while (state != CLOSED) {
            LockSupport.park(this);
            // A pending interrupt would make park return at once, for ever.
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
