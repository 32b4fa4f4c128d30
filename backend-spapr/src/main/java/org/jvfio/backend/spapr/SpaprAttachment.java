// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.device.Eeh;
import org.jvfio.linux.DeviceDmaLog;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupHotReset;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of an endpoint, on its way into the endpoint's container. */
final class SpaprAttachment implements Attachment {
    private final SpaprBackend backend;
    private final Endpoint endpoint;
    private final String device;
    private final Optional<UUID> token;
    private @Nullable DeviceFd file;
    private boolean closed;

    SpaprAttachment(SpaprBackend backend, Endpoint endpoint, String device, Optional<UUID> token) {
        this.backend = backend;
        this.endpoint = endpoint;
        this.device = device;
        this.token = token;
    }

    @Override
    public Optional<VFIOIOMMUOps> bound() {
        return endpoint.container().map(container -> container);
    }

    /** Only the container of its own group fits a device. */
    @Override
    public boolean join(VFIOIOMMUOps tables) {
        if (bound().isEmpty()) {
            return false;
        }
        openDevice();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        TceContainer container = TceContainer.open(backend.versions(), endpoint, object());
        try {
            openDevice();
            return container;
        } catch (RuntimeException refused) {
            Teardown.after(refused, endpoint::leaveContainer);
            throw Teardown.after(refused, container::close);
        }
    }

    private void openDevice() {
        try {
            file = endpoint.group().openDevice(device, token);
        } catch (KernelException refused) {
            throw refused.about(object(), openAdvice(refused.errno()));
        }
    }

    private static String openAdvice(Errno errno) {
        if (errno.equals(Errno.EACCES)) {
            return VfToken.ADVICE;
        }
        return errno.meaning() + ": is the device bound to its vfio driver, and free?";
    }

    private String object() {
        return endpoint.group().file().path() + " (" + device + ")";
    }

    @Override
    public int descriptor() {
        return file().fd();
    }

    private DeviceFd file() {
        if (file == null) {
            throw new IllegalStateException(object() + ": not behind page tables");
        }
        return file;
    }

    @Override
    public Optional<HotReset> hotReset() {
        return Optional.of(
                new GroupHotReset(
                        number -> backend.endpoint(number).map(other -> other.group().file()),
                        file(),
                        object()));
    }

    @Override
    public Optional<Eeh> eeh() {
        return endpoint.container()
                .map(container -> new EndpointErrors(container.file(), file(), object()));
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return Optional.ofNullable(file).flatMap(open -> DeviceDmaLog.of(open, device));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Teardown teardown = new Teardown();
        if (file != null) {
            teardown.step(file::close);
        }
        teardown.step(() -> backend.leave(endpoint));
        teardown.finish();
    }
}
