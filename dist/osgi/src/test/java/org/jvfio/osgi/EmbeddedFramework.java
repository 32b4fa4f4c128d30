// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.jvfio.Host;
import org.jvfio.spi.HostProvider;
import org.jvfio.spi.SpiVersion;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;

/** A Felix in this process. */
final class EmbeddedFramework implements AutoCloseable {
    static final long PATIENCE_SECONDS = 30;

    private static final List<String> SHARED =
            List.of(
                    "org.jvfio",
                    "org.jvfio.device",
                    "org.jvfio.spi",
                    "org.jvfio.linux",
                    "org.jvfio.linux.uapi");
    private static final Path BUNDLES = Path.of(System.getProperty("jvfio.bundles"));
    private static final Path OSGI = Path.of(System.getProperty("jvfio.osgi"));

    private final Path folder;
    private final Framework framework;
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    private EmbeddedFramework(Path folder, Framework framework) throws BundleException {
        this.folder = folder;
        this.framework = framework;
        framework.init();
        context()
                .addFrameworkListener(
                        event -> {
                            if (event.getType() == FrameworkEvent.ERROR) {
                                errors.add(event.getThrowable());
                            }
                        });
        framework.start();
    }

    /** One in which jvfio's API and its Linux layer are those of the tests. */
    static EmbeddedFramework sharing(Path folder, Map<String, String> properties)
            throws BundleException {
        Map<String, String> all = new HashMap<>(properties);
        all.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                String.join(";version=0.1.0,", SHARED)
                        + ";version=0.1.0,org.osgi.service.log;version=1.5"
                        + ",org.osgi.service.cm;version=1.6.1");
        return withNothing(folder, all);
    }

    /** One in which everything is a bundle. */
    static EmbeddedFramework withNothing(Path folder, Map<String, String> properties)
            throws BundleException {
        Map<String, String> all = new HashMap<>(properties);
        all.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
        all.put("felix.log.level", "0");
        return new EmbeddedFramework(folder, new FrameworkFactory().newFramework(all));
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** What the framework told of as errors, in order. */
    BlockingQueue<Throwable> errors() {
        return errors;
    }

    static Path jar(String artifact) {
        return artifact.equals("jvfio-osgi") ? OSGI : BUNDLES.resolve(artifact + ".jar");
    }

    Bundle install(String artifact) throws BundleException {
        return context().installBundle(jar(artifact).toUri().toString());
    }

    Bundle start(String artifact) throws BundleException {
        Bundle bundle = install(artifact);
        bundle.start();
        return bundle;
    }

    /** A bundle with nothing in it, for its context. */
    Bundle client(String name) throws BundleException {
        Path jar = folder.resolve(name + ".jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
        manifest.getMainAttributes().putValue("Import-Package", "org.jvfio");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Bundle bundle = context().installBundle(jar.toUri().toString());
        bundle.start();
        return bundle;
    }

    /** Offers a host by this name. */
    void offer(String name, Host host) {
        HostProvider provider =
                new HostProvider() {
                    @Override
                    public String name() {
                        return name;
                    }

                    @Override
                    public int spiVersion() {
                        return SpiVersion.CURRENT;
                    }

                    @Override
                    public Host open() {
                        return host;
                    }
                };
        context().registerService(HostProvider.class, provider, null);
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
