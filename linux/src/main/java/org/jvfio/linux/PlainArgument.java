// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.charset.StandardCharsets;

/** The argument of a request that takes the address of a bare number or string. */
final class PlainArgument extends Struct {
    private PlainArgument(int size) {
        super(size);
    }

    /** {@code __s32}. */
    static PlainArgument number(int value) {
        PlainArgument argument = new PlainArgument(Integer.BYTES);
        argument.bytes.putInt(0, value);
        return argument;
    }

    /** {@code char[]} with a NUL at its end. */
    static PlainArgument string(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        PlainArgument argument = new PlainArgument(text.length + 1);
        argument.bytes.put(0, text);
        return argument;
    }
}
