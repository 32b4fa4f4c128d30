// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jvfio.BrokerAnswer;
import org.jvfio.BrokerOptions;
import org.jvfio.Descriptor;
import org.jvfio.DescriptorBroker;
import org.jvfio.Host;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.DescriptorPassing;
import org.jvfio.spi.Teardown;

/** The brokers of a session and what it received from others, until each is closed. */
final class PassedDescriptors {
    private final Host host;
    private final Buses buses;
    private final List<Runnable> open = new ArrayList<>();
    private boolean closed;

    PassedDescriptors(Host host, Buses buses) {
        this.host = host;
        this.buses = buses;
    }

    DescriptorBroker broker(BrokerOptions options) {
        Map<String, Supplier<DeviceNode>> devices = new LinkedHashMap<>();
        for (String device : options.devices()) {
            String name = buses.find(device).name();
            devices.put(name, () -> buses.find(name));
        }
        DescriptorBroker broker = passing().listen(options, devices);
        Runnable closing = keep(broker::close);
        return new DescriptorBroker() {
            @Override
            public String socket() {
                return broker.socket();
            }

            @Override
            public void serve(Consumer<BrokerAnswer> told) {
                broker.serve(told);
            }

            @Override
            public void close() {
                release(closing);
            }
        };
    }

    ReceivedDescriptor receive(String socket, String name) {
        ReceivedDescriptor received = passing().receive(socket, buses.name(name));
        Runnable closing = keep(received::close);
        return new ReceivedDescriptor() {
            @Override
            public Descriptor borrowed() {
                return received.borrowed();
            }

            @Override
            public void close() {
                release(closing);
            }
        };
    }

    private DescriptorPassing passing() {
        return host.descriptorPassing()
                .orElseThrow(
                        () ->
                                new VfioException(
                                        host.name(),
                                        "pass descriptors",
                                        "this host passes none between processes"));
    }

    private Runnable keep(Runnable closing) {
        synchronized (this) {
            if (!closed) {
                open.add(closing);
                return closing;
            }
        }
        closing.run();
        throw new IllegalStateException("Vfio on " + host.name() + ": closed");
    }

    private void release(Runnable closing) {
        synchronized (this) {
            open.remove(closing);
        }
        closing.run();
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> all = List.copyOf(open);
        open.clear();
        closed = true;
        return all;
    }

    /** Closes what is open, the last first. */
    void close() {
        Teardown teardown = new Teardown();
        List<Runnable> all = takeAll();
        for (int i = all.size() - 1; i >= 0; i--) {
            teardown.step(all.get(i));
        }
        teardown.finish();
    }
}
