// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/** A device as an object of an iommufd: bound, and perhaps attached to page tables. */
final class IommufdBinding implements IommufdFile.Member {
    private final IommufdFile file;
    private final Device function;
    private @Nullable PageTables tables;
    private @Nullable Ioas accessed;
    private int id;

    IommufdBinding(IommufdFile file, Device function) {
        this.file = file;
        this.function = function;
    }

    void named(int number) {
        id = number;
    }

    IommufdFile file() {
        return file;
    }

    int id() {
        return id;
    }

    /** {@code VFIO_DEVICE_ATTACH_IOMMUFD_PT}: to other page tables in place of those before. */
    int attach(long argument) {
        UserBytes attach = UserBytes.sized(argument, 12);
        Refused.when(attach.i32(4) != 0, Errno.EINVAL);
        IommufdFile.Member target = file.member(attach.i32(8));
        if (function.emulated()) {
            access(target);
            return 0;
        }
        PageTables next;
        if (target instanceof Ioas ioas) {
            next = ioas.tables(file);
        } else if (target instanceof PageTables named) {
            next = named;
        } else {
            throw new Refused(Errno.EINVAL);
        }
        attach(next);
        attach.u32(8, next.id());
        return 0;
    }

    /** Whether an IOMMU stands behind the device, so that it can have page tables. */
    boolean translated() {
        return !function.emulated();
    }

    /** Lets the driver of an emulated device use an IOAS in place of the one before. */
    private void access(IommufdFile.Member target) {
        if (!(target instanceof Ioas next)) {
            throw new Refused(Errno.ENOENT);
        }
        if (next != accessed) {
            leaveAccessed();
            next.access();
            accessed = next;
            function.accessed(next);
        }
    }

    private void leaveAccessed() {
        Ioas left = accessed;
        accessed = null;
        function.accessed(null);
        if (left != null) {
            left.unaccess();
        }
    }

    /** Attaches to what the file's requests of a container are about. */
    void attachToContainer() {
        if (function.emulated()) {
            access(file.compat().ioas());
            return;
        }
        attach(file.compat().ioas().tables(file));
    }

    private void attach(PageTables next) {
        PageTables before = tables;
        if (next == before) {
            return;
        }
        boolean elsewhere = before == null || before.ioas() != next.ioas();
        if (elsewhere && file.machine().iommu().present()) {
            next.ioas().reserve(this, IommuUnit.MSI);
        }
        try {
            next.join();
        } catch (Refused refused) {
            if (elsewhere) {
                next.ioas().release(this);
            }
            throw refused;
        }
        tables = next;
        function.tables(next);
        if (before != null) {
            leave(before, elsewhere);
        }
    }

    private void leave(PageTables left, boolean elsewhere) {
        left.leave();
        if (elsewhere) {
            left.ioas().release(this);
        }
    }

    /** {@code VFIO_DEVICE_DETACH_IOMMUFD_PT}; nothing happens if the device is not attached. */
    int detach(long argument) {
        Refused.when(UserBytes.sized(argument, 8).i32(4) != 0, Errno.EINVAL);
        detach();
        return 0;
    }

    private void detach() {
        leaveAccessed();
        PageTables left = tables;
        tables = null;
        function.tables(null);
        if (left != null) {
            leave(left, true);
        }
    }

    /** Unbinds, as closing the device does. */
    void release() {
        detach();
        file.remove(id);
        function.group().unclaim();
        file.drop();
    }

    @Override
    public boolean inUse() {
        return true;
    }

    @Override
    public void destroy() {}
}
