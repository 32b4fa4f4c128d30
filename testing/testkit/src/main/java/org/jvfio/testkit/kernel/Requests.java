// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.HashMap;
import java.util.Map;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Ioctl;

/** The requests of {@code ioctl} that one kind of file knows. */
final class Requests {
    /** What a request does with its argument, and its result. */
    @FunctionalInterface
    interface Handler {
        int answer(long argument);
    }

    private record Request(String name, Handler handler) {}

    static final Requests NONE = new Requests(Abi.X86_64, Errno.ENOTTY);

    private final Map<Long, Request> known;
    private final Abi abi;
    private final Errno unknown;

    /** No requests yet; what is not known is refused with {@code unknown}. */
    Requests(Abi abi, Errno unknown) {
        this(abi, unknown, new HashMap<>());
    }

    private Requests(Abi abi, Errno unknown, Map<Long, Request> known) {
        this.abi = abi;
        this.unknown = unknown;
        this.known = known;
    }

    /** The same requests, with another refusal for those that are not known. */
    Requests withUnknown(Errno refusal) {
        return new Requests(abi, refusal, known);
    }

    Requests on(Ioctl request, Handler handler) {
        known.put(request.number(abi), new Request(request.name(), handler));
        return this;
    }

    /** The name of a request, or its number where it is not known. */
    String name(long number) {
        Request request = known.get(number);
        return request != null ? request.name() : "ioctl 0x" + Long.toHexString(number);
    }

    int call(long number, long argument) {
        Request request = known.get(number);
        if (request == null) {
            throw new Refused(unknown);
        }
        return request.handler().answer(argument);
    }
}
