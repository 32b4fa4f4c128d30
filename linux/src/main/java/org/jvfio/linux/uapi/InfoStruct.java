// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * An info struct whose answer may be longer than asked for: fixed fields and a capability chain.
 *
 * <pre>
 *   offset  size  field
 *        0     4  argsz       size of this struct; the kernel answers how much it would need
 *        4     4  flags       a flag of the subclass announces capabilities
 *        -     4  cap_offset  of the first capability, where the subclass says
 * </pre>
 *
 * <p>If the struct is too short for the chain, the request succeeds without one, and {@link
 * #needed()} says how long to make the struct for the next try.
 */
public abstract class InfoStruct extends Struct {
    static final int ARGSZ_AT = 0;
    static final int FLAGS_AT = 4;

    /** More than any chain needs; what claims more is not a size. */
    private static final int LONGEST = 1 << 20;

    private final int fixedSize;
    private final int capabilitiesFlag;
    private final int capOffsetAt;

    InfoStruct(int capacity, int fixedSize, int capabilitiesFlag, int capOffsetAt) {
        super(Math.max(capacity, fixedSize));
        this.fixedSize = fixedSize;
        this.capabilitiesFlag = capabilitiesFlag;
        this.capOffsetAt = capOffsetAt;
        bytes.putInt(ARGSZ_AT, capacity());
    }

    /** The struct's flags, as the kernel answered. */
    public final int flags() {
        return bytes.getInt(FLAGS_AT);
    }

    /** How many bytes the whole answer takes: more than {@link #capacity()} if it did not fit. */
    public final int needed() {
        int argsz = bytes.getInt(ARGSZ_AT);
        return argsz > capacity() && argsz <= LONGEST ? argsz : capacity();
    }

    /** The capabilities that the kernel wrote; none if the struct was too short for them. */
    public final CapabilityChain capabilities() {
        if ((flags() & capabilitiesFlag) == 0) {
            return CapabilityChain.EMPTY;
        }
        return CapabilityChain.read(bytes, bytes.getInt(capOffsetAt), fixedSize);
    }
}
