// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.SynchronousBundleListener;

/** Waits until a bundle that was stopped has been started again. */
final class StartsAgain implements AutoCloseable {
    private final CountDownLatch started = new CountDownLatch(1);
    private final BundleContext context;
    private final BundleListener listener;

    StartsAgain(BundleContext context, Bundle bundle) {
        this.context = context;
        this.listener =
                (SynchronousBundleListener)
                        event -> {
                            if (event.getType() == BundleEvent.STARTED
                                    && event.getBundle().equals(bundle)) {
                                started.countDown();
                            }
                        };
        context.addBundleListener(listener);
    }

    boolean await() throws InterruptedException {
        return started.await(EmbeddedFramework.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        context.removeBundleListener(listener);
    }
}
