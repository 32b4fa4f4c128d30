// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.VFIOIOMMUOps;

/**
 * A device of a group, on its way into a container; which one, its backend says.
 *
 * <p><b>Threads.</b> Not safe: the session's lock guards it.
 */
public abstract class GroupAttachment implements Attachment {
    private final GroupDevice device;

    /** Of a device that is not open yet. */
    protected GroupAttachment(GroupDevice device) {
        this.device = device;
    }

    /** The device. */
    protected final GroupDevice device() {
        return device;
    }

    @Override
    public final Optional<VFIOIOMMUOps> bound() {
        return device.bound();
    }

    @Override
    public final int descriptor() {
        return device.file().fd();
    }

    @Override
    public final Optional<HotReset> hotReset() {
        return Optional.of(device.hotReset());
    }

    @Override
    public final Optional<DmaLogging> dmaLogging() {
        return device.dmaLogging();
    }

    @Override
    public final void close() {
        device.close();
    }
}
