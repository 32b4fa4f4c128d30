// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The token that a physical function and its virtual functions share: 16 bytes in the order in
 * which a UUID is written, on machines of either byte order ({@code uuid_t}).
 */
public final class VfToken {
    /** Bytes of a token. */
    public static final int SIZE = 16;

    /** What to do when a function is refused with {@code EACCES}. */
    public static final String ADVICE =
            "a virtual function needs the token of its physical function, and a physical function"
                    + " the one that its virtual functions are in use with; give it with"
                    + " AttachOptions.vfToken";

    private VfToken() {}

    /** The bytes of a token. */
    public static byte[] bytes(UUID token) {
        return ByteBuffer.allocate(SIZE)
                .putLong(token.getMostSignificantBits())
                .putLong(token.getLeastSignificantBits())
                .array();
    }

    /** An order to a physical function to let only those who have {@code token} open the others. */
    public static DeviceFeature set(UUID token) {
        DeviceFeature feature =
                new DeviceFeature(DeviceFeature.PCI_VF_TOKEN, DeviceFeature.SET, SIZE);
        feature.data().put(bytes(token));
        return feature;
    }
}
