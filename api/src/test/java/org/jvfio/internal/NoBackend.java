// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jvfio.AttachOptions;
import org.jvfio.DmaBudget;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.IommufdObjects;

/** A backend that is only there to be told apart. */
final class NoBackend implements Backend {
    @Override
    public Optional<String> obstacle(DeviceNode node, AttachOptions options) {
        return Optional.of("a test");
    }

    @Override
    public Attachment open(DeviceNode node, AttachOptions options) {
        throw new VfioException(node.name(), "open", "a test");
    }

    @Override
    public PinnedMemory pinnedMemory() {
        return new PinnedMemory(0x3000, OptionalLong.of(0x5000));
    }

    @Override
    public DmaBudget budget(DmaDemand demand) {
        return new DmaBudget(demand, 0, pinnedMemory(), OptionalInt.empty(), List.of());
    }

    @Override
    public Optional<IommufdObjects> iommufdObjects() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
