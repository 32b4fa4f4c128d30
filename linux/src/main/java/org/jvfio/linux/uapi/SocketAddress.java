// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.nio.charset.StandardCharsets;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Struct;

/**
 * {@code struct sockaddr_un}, the name of a socket in the file system.
 *
 * <pre>
 *   offset  size  field
 *        0     2  sun_family  {@link Fcntl#AF_UNIX}
 *        2   108  sun_path    with a zero at the end
 * </pre>
 */
public final class SocketAddress extends Struct {
    /** Bytes of the struct. */
    public static final int SIZE = 110;

    /** The longest path, in bytes. */
    public static final int LONGEST_PATH = 107;

    static final int SUN_FAMILY_AT = 0;
    static final int SUN_PATH_AT = 2;

    /**
     * The address of the socket at {@code path}.
     *
     * @throws IllegalArgumentException if it is empty, too long or has a NUL character in it
     */
    public SocketAddress(String path) {
        super(SIZE);
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > LONGEST_PATH || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "\"%s\": a socket's path is of 1 to %d bytes without a NUL"
                            .formatted(path, LONGEST_PATH));
        }
        bytes.putShort(SUN_FAMILY_AT, (short) Fcntl.AF_UNIX);
        bytes.put(SUN_PATH_AT, name);
    }
}
