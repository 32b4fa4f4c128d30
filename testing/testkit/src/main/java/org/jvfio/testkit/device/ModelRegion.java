// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.List;
import java.util.Optional;

/**
 * A region of a {@link VfioModel}, which can be read if there is one.
 *
 * @param size in bytes
 * @param kind what it is for, where its number does not tell
 * @param mapped what shows where it is mapped, if it can be
 * @param writable whether its driver says that it can be written
 */
public record ModelRegion(
        long size, Optional<Kind> kind, Optional<List<Register>> mapped, boolean writable) {
    /**
     * The type of a region, from {@code VFIO_REGION_INFO_CAP_TYPE}.
     *
     * @param type {@code VFIO_REGION_TYPE_CCW} or its like
     * @param subtype {@code VFIO_REGION_SUBTYPE_CCW_ASYNC_CMD} or its like
     */
    public record Kind(int type, int subtype) {}

    /** No region, which the driver does not say can be read either. */
    public static final ModelRegion ABSENT =
            new ModelRegion(-1, Optional.empty(), Optional.empty(), false);

    /** A region whose number tells what it is. */
    public static ModelRegion of(long size) {
        return new ModelRegion(size, Optional.empty(), Optional.empty(), true);
    }

    /** A region with a type. */
    public static ModelRegion typed(long size, int type, int subtype) {
        return new ModelRegion(size, Optional.of(new Kind(type, subtype)), Optional.empty(), true);
    }

    /** The same, which can be read only. */
    public ModelRegion readOnly() {
        return new ModelRegion(size, kind, mapped, false);
    }

    /** A region that is memory, {@link VfioModel#memory}; whoever maps it shares it. */
    public static ModelRegion memory(long size) {
        return mappable(size);
    }

    /** Whether it is memory and has no registers. */
    public boolean isMemory() {
        return mapped.isPresent() && mapped.get().isEmpty();
    }

    /** A region that can be mapped; what is said of {@link Bar} holds of it. */
    public static ModelRegion mappable(long size, Register... registers) {
        return new ModelRegion(size, Optional.empty(), Optional.of(List.of(registers)), true);
    }
}
