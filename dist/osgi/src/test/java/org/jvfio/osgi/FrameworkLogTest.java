// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.service.log.LogService;

/** What jvfio logs goes to the framework's log service. */
@Timeout(120)
class FrameworkLogTest {
    @TempDir private Path folder;
    private final List<String> entries = new CopyOnWriteArrayList<>();

    @Test
    void recordsGoToTheLogServiceUntilTheBundleStops() throws Exception {
        Handler[] before = Logger.getLogger("org.jvfio").getHandlers();
        try (EmbeddedFramework osgi =
                EmbeddedFramework.sharing(folder, Map.of("jvfio.host", "none"))) {
            Bundle bundle = osgi.start("jvfio-osgi");
            System.getLogger("org.jvfio.early").log(System.Logger.Level.WARNING, "nobody hears it");
            osgi.context().registerService(LogService.class, logService(), null);

            System.getLogger("org.jvfio.Some").log(System.Logger.Level.WARNING, "low {0}", "tide");
            assertThat(entries).containsExactly("org.jvfio.Some warn low tide");

            bundle.stop();
            System.getLogger("org.jvfio.Some").log(System.Logger.Level.WARNING, "not any more");
            assertThat(entries).hasSize(1);
        }
        assertThat(Logger.getLogger("org.jvfio").getHandlers()).isEqualTo(before);
    }

    private LogService logService() {
        return proxy(
                LogService.class,
                (method, arguments) ->
                        proxy(
                                org.osgi.service.log.Logger.class,
                                (level, message) -> {
                                    entries.add(arguments[0] + " " + level + " " + message[1]);
                                    return null;
                                }));
    }

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                method.getDeclaringClass() == Object.class
                                        ? object(proxy, method.getName(), arguments)
                                        : answer.to(method.getName(), arguments)));
    }

    private static Object object(Object proxy, String method, Object[] arguments) {
        return switch (method) {
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> Arrays.toString(arguments);
        };
    }
}
