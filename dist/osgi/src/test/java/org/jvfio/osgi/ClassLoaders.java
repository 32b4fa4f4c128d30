// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** The class loaders of bundles, to see whether they are collected. */
final class ClassLoaders {
    private static final long TRIES = 100;
    private static final long TRY_MILLIS = TimeUnit.SECONDS.toMillis(30) / TRIES;

    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final Set<Reference<?>> uncollected = new HashSet<>();
    private int watched;

    /** Watches that of a bundle which is resolved. */
    void watch(Bundle bundle) {
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        uncollected.add(new WeakReference<>(loader, collected));
        watched++;
    }

    int watched() {
        return watched;
    }

    /** How many have not been collected, after much patience if it is not none. */
    int left() throws InterruptedException {
        for (int i = 0; i < TRIES && !uncollected.isEmpty(); i++) {
            System.gc();
            Reference<?> next = collected.remove(TRY_MILLIS);
            while (next != null) {
                uncollected.remove(next);
                next = collected.poll();
            }
        }
        return uncollected.size();
    }
}
