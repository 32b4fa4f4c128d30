// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import org.jvfio.linux.Struct;

/**
 * {@code struct iommu_option}, the argument of {@code IOMMU_OPTION}.
 *
 * <pre>
 *   offset  size  field
 *        0     4  size       size of this struct
 *        4     4  option_id  {@link #RLIMIT_MODE} or {@link #HUGE_PAGES}
 *        8     2  op         set 0, get 1
 *       10     2  reserved   0
 *       12     4  object_id  an IOAS, or 0
 *       16     8  val64      to set; the kernel answers it to a question
 * </pre>
 */
public final class IommuOption extends Struct {
    /** Of the whole file: 0 counts pinned memory for the user, 1 for the process. */
    public static final int RLIMIT_MODE = 0;

    /** Of an IOAS: 1 lets page tables have entries for more than one page. */
    public static final int HUGE_PAGES = 1;

    /** Bytes of the struct. */
    public static final int SIZE = 24;

    static final int SIZE_AT = 0;
    static final int OPTION_ID_AT = 4;
    static final int OP_AT = 8;
    static final int OBJECT_ID_AT = 12;
    static final int VAL64_AT = 16;

    static final int SET = 0;
    static final int GET = 1;

    private IommuOption(int operation, int option, int object, long value) {
        super(SIZE);
        bytes.putInt(SIZE_AT, SIZE);
        bytes.putInt(OPTION_ID_AT, option);
        bytes.putShort(OP_AT, (short) operation);
        bytes.putInt(OBJECT_ID_AT, object);
        bytes.putLong(VAL64_AT, value);
    }

    /** A question. */
    public static IommuOption get(int option, int object) {
        return new IommuOption(GET, option, object, 0);
    }

    /** A request to set an option. */
    public static IommuOption set(int option, int object, long value) {
        return new IommuOption(SET, option, object, value);
    }

    /** The option's value. */
    public long value() {
        return bytes.getLong(VAL64_AT);
    }
}
