// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The kernel, or the state of the machine, refused something.
 *
 * <p>The message reads <i>object: request: answer</i>, and the answer says what to do:
 *
 * <pre>
 * /dev/vfio/12 (0000:02:00.0): VFIO_GROUP_GET_STATUS: not viable: 0000:02:00.1 is bound to
 * snd_hda_intel; bind it to vfio-pci or unbind it
 * </pre>
 *
 * <p>Bad arguments are an {@link IllegalArgumentException} and closed objects an {@link
 * IllegalStateException}; neither is a {@code VfioException}.
 */
public class VfioException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NONE = 0;

    private final String object;
    private final String request;
    private final int errno;

    /**
     * A refusal that the kernel answered with an errno.
     *
     * @param object what it was about: a path, a device's name, a range
     * @param request the request's name as the kernel's headers spell it
     * @param errno the positive errno
     * @param answer the errno's name, what it means here, and what to do
     * @param cause the exception underneath
     */
    public VfioException(String object, String request, int errno, String answer, Throwable cause) {
        this(object, request, answer, errno, cause);
    }

    /** A refusal without an errno, with the exception underneath. */
    public VfioException(String object, String request, String answer, Throwable cause) {
        this(object, request, answer, NONE, cause);
    }

    /** A refusal without an errno: what was found on the machine rules the request out. */
    public VfioException(String object, String request, String answer) {
        this(object, request, answer, NONE, null);
    }

    private VfioException(
            String object, String request, String answer, int errno, @Nullable Throwable cause) {
        super(object + ": " + request + ": " + answer, cause);
        this.object = object;
        this.request = request;
        this.errno = errno;
    }

    /** What was refused: a path, a device's name, a range. */
    public String object() {
        return object;
    }

    /** What was asked for, as the kernel's headers spell it where it is a request of the kernel. */
    public String request() {
        return request;
    }

    /** The kernel's errno, or empty where no system call was refused. */
    public OptionalInt errno() {
        return errno == NONE ? OptionalInt.empty() : OptionalInt.of(errno);
    }
}
