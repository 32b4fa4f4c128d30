// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

import java.util.Optional;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.device.DeviceNode;

/**
 * One kernel interface to the IOMMU, in the use of one session.
 *
 * <p><b>Failure.</b> {@link org.jvfio.VfioException}; whatever was opened on the way is closed
 * again. <b>Threads.</b> The SDK makes one call at a time on one instance.
 */
public interface Backend extends AutoCloseable {
    /**
     * Why {@code node} cannot be attached with these options through this backend, in words; empty
     * if it can.
     */
    Optional<String> obstacle(DeviceNode node, AttachOptions options);

    /** Opens {@code node}, as far as that goes before it has page tables. */
    Attachment open(DeviceNode node, AttachOptions options);

    /** What this process has pinned, as this interface counts it, and how much it may. */
    PinnedMemory pinnedMemory();

    /** What a memory map takes, against what there is, and in words what to raise. */
    DmaBudget budget(DmaDemand demand);

    /** Objects that embedders hold, where this interface has such: the same answer every time. */
    Optional<IommufdObjects> iommufdObjects();

    /** Closes what the session shares. All attachments are closed by then. */
    @Override
    void close();
}
