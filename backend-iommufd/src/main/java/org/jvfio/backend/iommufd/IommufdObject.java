// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
    private final Consumer<Iommufd> onClose;
    private final List<String> devices = new ArrayList<>();
    private int pageTables;
    private int keptOpen;
    private boolean closed;

    private IommufdObject(
            IommufdBackend backend, IommuFd file, boolean shared, Consumer<Iommufd> onClose) {
        this.backend = backend;
        this.file = file;
        this.shared = shared;
        this.onClose = onClose;
    }

    /**
     * Opens {@code /dev/iommu}.
     *
     * @param shared whether it is the session's own, which closes with its last user
     * @param onClose is told of it once it is closed, with its lock not held
     */
    static IommufdObject open(
            IommufdBackend backend, Kernel kernel, boolean shared, Consumer<Iommufd> onClose) {
        try {
            IommuFd file = IommuFd.open(kernel, IommufdProvider.IOMMU);
            return new IommufdObject(backend, file, shared, onClose);
        } catch (KernelException refused) {
            throw refused.about(IommufdProvider.IOMMU);
        }
    }

    /** An object of a descriptor that somebody else opened; the kernel is asked what it is. */
    static IommufdObject of(
            IommufdBackend backend, Kernel kernel, Descriptor descriptor, Consumer<Iommufd> onClose)
            throws KernelException {
        IommuFd probe = IommuFd.borrow(kernel, descriptor.number());
        probe.destroy(probe.allocateIoas());
        IommuFd file = descriptor.owned() ? IommuFd.own(kernel, descriptor.number()) : probe;
        return new IommufdObject(backend, file, false, onClose);
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

    /** The last page tables are gone a moment after the last device: only then the file may go. */
    synchronized void leavePageTables() {
        pageTables--;
        if (closed) {
            closeUnused();
        }
        closeIfShared();
    }

    /** A passed device stays bound to this object after it left, and may come back to it. */
    synchronized void keepOpen() {
        keptOpen++;
    }

    synchronized void keepOpenNoLonger() {
        keptOpen--;
        closeIfShared();
    }

    /** The session's own object closes when nothing uses it any more. */
    synchronized void closeIfShared() {
        if (shared && keptOpen == 0 && devices.isEmpty() && pageTables == 0) {
            close();
        }
    }

    @Override
    public void close() {
        if (!retire()) {
            return;
        }
        try {
            closeUnused();
        } finally {
            onClose.accept(this);
        }
    }

    /** Lets nobody in any more; says whether that is new. */
    private synchronized boolean retire() {
        if (!devices.isEmpty()) {
            throw new IllegalStateException(
                    file.path() + ": in use by " + devices + "; close these devices first");
        }
        boolean first = !closed;
        closed = true;
        return first;
    }

    private synchronized void closeUnused() {
        if (pageTables == 0) {
            file.close();
        }
    }

    @Override
    public String toString() {
        return file.path();
    }
}
