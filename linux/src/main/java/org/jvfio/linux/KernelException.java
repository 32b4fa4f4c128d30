// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.jvfio.VfioException;

/**
 * A system call that the kernel refused: which request, and its errno.
 *
 * <p>Checked, so that the compiler makes somebody say what the request was about: {@link
 * #about(String, String)} makes the {@link VfioException} that the caller of the SDK sees.
 */
public final class KernelException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String request;
    private final Errno errno;

    /** A refusal of {@code request} ({@code "VFIO_IOMMU_MAP_DMA"}) with {@code errno}. */
    public KernelException(String request, Errno errno) {
        super(request + ": " + errno);
        this.request = request;
        this.errno = errno;
    }

    /** The request's name as the kernel's headers or the manual spell it. */
    public String request() {
        return request;
    }

    /** Why the kernel refused. */
    public Errno errno() {
        return errno;
    }

    /**
     * The same refusal, told of an object and with what to do about it.
     *
     * @param object what the request was about: {@code "/dev/vfio/12 (0000:02:00.0)"}
     * @param advice what the kernel means by it here and what to do
     */
    public VfioException about(String object, String advice) {
        return new VfioException(object, request, errno.number(), errno + ": " + advice, this);
    }

    /** The same refusal, told of an object, with the errno's own meaning as its explanation. */
    public VfioException about(String object) {
        return about(object, errno.meaning());
    }
}
