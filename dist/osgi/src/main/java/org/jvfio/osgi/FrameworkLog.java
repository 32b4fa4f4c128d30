// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.log.LogService;
import org.osgi.util.tracker.ServiceTracker;

/** Hands what jvfio logs to the framework's log service, while there is one. */
final class FrameworkLog extends Handler {
    private static final String ROOT = "org.jvfio";

    /** Held, because a logger that nobody holds loses its handlers. */
    private final Logger logger = Logger.getLogger(ROOT);

    private final SimpleFormatter text = new SimpleFormatter();
    private final ServiceTracker<LogService, LogService> service;

    private FrameworkLog(ServiceTracker<LogService, LogService> service) {
        this.service = service;
    }

    /** Begins to hand over, if this framework knows what a log service is. */
    static Optional<FrameworkLog> open(BundleContext context) {
        try {
            return Optional.of(begin(context));
        } catch (NoClassDefFoundError optional) {
            return Optional.empty();
        }
    }

    private static FrameworkLog begin(BundleContext context) {
        FrameworkLog log = new FrameworkLog(new ServiceTracker<>(context, LogService.class, null));
        log.service.open();
        log.logger.addHandler(log);
        return log;
    }

    @Override
    public void publish(LogRecord entry) {
        @Nullable LogService current = service.getService();
        if (current == null || !isLoggable(entry)) {
            return;
        }
        org.osgi.service.log.Logger to = current.getLogger(String.valueOf(entry.getLoggerName()));
        String message = text.formatMessage(entry);
        int level = entry.getLevel().intValue();
        @Nullable Throwable thrown = entry.getThrown();
        if (level >= Level.SEVERE.intValue()) {
            to.error("{}", message, thrown);
        } else if (level >= Level.WARNING.intValue()) {
            to.warn("{}", message, thrown);
        } else if (level >= Level.INFO.intValue()) {
            to.info("{}", message, thrown);
        } else {
            to.debug("{}", message, thrown);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        service.close();
    }
}
