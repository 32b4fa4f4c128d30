// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import java.util.Map;
import java.util.TreeMap;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Ioctl;

/** A table of what we believe, by the names that the headers and the probe have for it. */
final class UapiTable {
    static final int U16 = Short.BYTES;
    static final int U32 = Integer.BYTES;
    static final int U64 = Long.BYTES;

    private final Map<String, Long> values = new TreeMap<>();
    private final Abi abi;

    UapiTable(Abi abi) {
        this.abi = abi;
    }

    Map<String, Long> values() {
        return values;
    }

    UapiTable number(String name, long value) {
        Long before = values.put(name, value);
        if (before != null) {
            throw new IllegalStateException(name + " is in the table twice");
        }
        return this;
    }

    UapiTable requests(Ioctl... requests) {
        for (Ioctl request : requests) {
            number(request.name(), request.number(abi));
        }
        return this;
    }

    /** A struct's size; its fields follow. */
    Fields struct(String name, int size) {
        number(name, size);
        return new Fields(name);
    }

    /** A struct of which only some fields are looked at, from the end of a capability's header. */
    Fields payload(String name) {
        return new Fields(name);
    }

    /** The fields of one struct. */
    final class Fields {
        private final String struct;

        Fields(String struct) {
            this.struct = struct;
        }

        Fields field(String name, int offset, int size) {
            number(struct + "." + name + ".bytes", size);
            return at(name, offset);
        }

        Fields at(String name, int offset) {
            number(struct + "." + name, offset);
            return this;
        }
    }
}
