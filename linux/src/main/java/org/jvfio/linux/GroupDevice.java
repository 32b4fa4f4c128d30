// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/**
 * A device of an open group, itself open once the group is in a container.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
public final class GroupDevice {
    private final OpenGroups groups;
    private final OpenGroup group;
    private final DeviceNode node;
    private final Optional<UUID> token;
    private @Nullable DeviceFd file;
    private boolean closed;

    GroupDevice(OpenGroups groups, OpenGroup group, DeviceNode node, Optional<UUID> token) {
        this.groups = groups;
        this.group = group;
        this.node = node;
        this.token = token;
    }

    /** Its group. */
    public OpenGroup group() {
        return group;
    }

    /** Whether it is a mediated device, of which the IOMMU knows nothing. */
    public boolean isMediated() {
        return node.mediated();
    }

    /** The container that its group is in, because another device of it is in use. */
    public Optional<VFIOIOMMUOps> bound() {
        return group.container().map(container -> container);
    }

    /** Names it for messages: {@code "/dev/vfio/12 (0000:02:00.0)"}. */
    public String object() {
        return group.file().path() + " (" + node.name() + ")";
    }

    /**
     * Opens the device, whose group is in a container by now.
     *
     * @throws VfioException if the kernel refuses
     */
    public void open() {
        try {
            file = group.openDevice(node.name(), token);
        } catch (KernelException refused) {
            throw refused.about(object(), openAdvice(refused.errno()));
        }
    }

    /**
     * Opens the device, for which the container was made that its group is in.
     *
     * @return the container
     * @throws VfioException if the kernel refuses; the container is closed then
     */
    public VFIOIOMMUOps openIn(GroupContainer made) {
        try {
            open();
            return made;
        } catch (RuntimeException refused) {
            Teardown.after(refused, group::leaveContainer);
            throw Teardown.after(refused, made::close);
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

    /**
     * The device's file.
     *
     * @throws IllegalStateException before it is open
     */
    public DeviceFd file() {
        if (file == null) {
            throw new IllegalStateException(object() + ": not behind page tables");
        }
        return file;
    }

    /** The reset of the PCI bus that it is on, proven by the groups of the session. */
    public HotReset hotReset() {
        return new GroupHotReset(groups::file, file(), object());
    }

    /** How it notes by itself which pages it writes, if it does and is open. */
    public Optional<DmaLogging> dmaLogging() {
        return Optional.ofNullable(file).flatMap(open -> DeviceDmaLog.of(open, node.name()));
    }

    /** Closes it, and its group after the last device. Nothing if that was done. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Teardown teardown = new Teardown();
        if (file != null) {
            teardown.step(file::close);
        }
        teardown.step(() -> groups.leave(group));
        teardown.finish();
    }
}
