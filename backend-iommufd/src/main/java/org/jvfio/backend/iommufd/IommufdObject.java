// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.ArrayList;
import java.util.List;
import org.jvfio.Descriptor;
import org.jvfio.Iommufd;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;

/**
 * An open {@code /dev/iommu} and who uses it: devices, by name, and page tables.
 *
 * <p><b>Threads.</b> Safe for use by several threads: its own lock keeps the embedder's {@code
 * close} from coming between a device and its attachment.
 */
final class IommufdObject implements Iommufd {
    private final IommufdBackend backend;
    private final IommuFd file;
    private final boolean shared;
    private final List<String> devices = new ArrayList<>();
    private int pageTables;
    private boolean closed;

    private IommufdObject(IommufdBackend backend, IommuFd file, boolean shared) {
        this.backend = backend;
        this.file = file;
        this.shared = shared;
    }

    /**
     * Opens {@code /dev/iommu}.
     *
     * @param shared whether it is the session's own, which closes with its last user
     */
    static IommufdObject open(IommufdBackend backend, Kernel kernel, boolean shared) {
        try {
            return new IommufdObject(backend, IommuFd.open(kernel, IommufdProvider.IOMMU), shared);
        } catch (KernelException refused) {
            throw refused.about(IommufdProvider.IOMMU);
        }
    }

    /** An object of a descriptor that somebody else opened; the kernel is asked what it is. */
    static IommufdObject of(IommufdBackend backend, Kernel kernel, Descriptor descriptor)
            throws KernelException {
        IommuFd probe = IommuFd.borrow(kernel, descriptor.number());
        probe.destroy(probe.allocateIoas());
        IommuFd file = descriptor.owned() ? IommuFd.own(kernel, descriptor.number()) : probe;
        return new IommufdObject(backend, file, false);
    }

    @Override
    public String backend() {
        return IommufdProvider.NAME;
    }

    boolean belongsTo(IommufdBackend one) {
        return backend == one;
    }

    IommuFd file() {
        return file;
    }

    @Override
    public int descriptor() {
        return file.fd();
    }

    @Override
    public synchronized List<String> users() {
        return List.copyOf(devices);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void enter(String device) {
        if (closed) {
            throw new IllegalStateException(file.path() + ": closed");
        }
        devices.add(device);
    }

    synchronized void leave(String device) {
        devices.remove(device);
        closeIfShared();
    }

    synchronized void enterPageTables() {
        pageTables++;
    }

    synchronized void leavePageTables() {
        pageTables--;
        closeIfShared();
    }

    /** The session's own object closes when nothing uses it any more. */
    synchronized void closeIfShared() {
        if (shared && devices.isEmpty() && pageTables == 0) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (!devices.isEmpty()) {
            throw new IllegalStateException(
                    file.path() + ": in use by " + devices + "; close these devices first");
        }
        if (!closed) {
            closed = true;
            file.close();
        }
    }

    @Override
    public String toString() {
        return file.path();
    }
}
