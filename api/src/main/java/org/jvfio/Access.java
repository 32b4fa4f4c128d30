// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/** What a device may do with memory that is mapped for it. */
public enum Access {
    /** The device may read; its writes are faults. */
    READ(true, false),
    /** The device may write; its reads are faults, where the IOMMU can tell them apart. */
    WRITE(false, true),
    /** The device may read and write. */
    READ_WRITE(true, true);

    private final boolean readable;
    private final boolean writable;

    Access(boolean readable, boolean writable) {
        this.readable = readable;
        this.writable = writable;
    }

    /** Whether the device may read. */
    public boolean readable() {
        return readable;
    }

    /** Whether the device may write. */
    public boolean writable() {
        return writable;
    }
}
