// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.legacy;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.DeviceDmaLog;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.GroupHotReset;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.MediatedAdvice;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device of a group, on its way into a container. */
final class LegacyAttachment implements Attachment {
    private final LegacyBackend backend;
    private final Group group;
    private final DeviceNode node;
    private final String device;
    private final Optional<UUID> token;
    private @Nullable DeviceFd file;
    private boolean closed;

    LegacyAttachment(LegacyBackend backend, Group group, DeviceNode node, Optional<UUID> token) {
        this.backend = backend;
        this.group = group;
        this.node = node;
        this.device = node.name();
        this.token = token;
    }

    @Override
    public Optional<VFIOIOMMUOps> bound() {
        return group.container().map(container -> container);
    }

    @Override
    public boolean join(VFIOIOMMUOps tables) {
        LegacyContainer container = (LegacyContainer) tables;
        if (container.isUnprotected() != group.isUnprotected()) {
            return false;
        }
        try {
            group.join(container);
        } catch (KernelException doesNotFit) {
            if (doesNotFit.errno().equals(Errno.EINVAL)) {
                return false;
            }
            throw doesNotFit.about(object());
        }
        openDevice();
        return true;
    }

    @Override
    public VFIOIOMMUOps create() {
        LegacyContainer container = backend.openContainer(group, object());
        try {
            openDevice();
            return container;
        } catch (RuntimeException refused) {
            Teardown.after(refused, group::leaveContainer);
            throw Teardown.after(refused, container::close);
        }
    }

    private void openDevice() {
        try {
            file = group.openDevice(device, token);
        } catch (KernelException refused) {
            throw refused.about(object(), openAdvice(refused.errno()));
        }
    }

    private String openAdvice(Errno errno) {
        if (errno.equals(Errno.EACCES)) {
            return VfToken.ADVICE;
        }
        String advice =
                MediatedAdvice.of(errno, node, group.isForMachine())
                        .orElse(
                                errno.meaning()
                                        + ": is the device bound to its vfio driver, and free?");
        return group.untold()
                .map(
                        reason ->
                                advice
                                        + "; its virtual machine does not know it: "
                                        + reason.getMessage())
                .orElse(advice);
    }

    private String object() {
        return group.file().path() + " (" + device + ")";
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
                        number -> backend.group(number).map(Group::file), file(), object()));
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
        teardown.step(() -> backend.leave(group));
        teardown.finish();
    }
}
