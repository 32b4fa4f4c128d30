// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/** A device as an object of an iommufd: bound, and perhaps attached to page tables. */
final class IommufdBinding implements IommufdFile.Member {
    private final IommufdFile file;
    private final PciFunction function;
    private @Nullable PageTables tables;
    private int id;

    IommufdBinding(IommufdFile file, PciFunction function) {
        this.file = file;
        this.function = function;
    }

    void named(int number) {
        id = number;
    }

    int id() {
        return id;
    }

    /** {@code VFIO_DEVICE_ATTACH_IOMMUFD_PT}: to other page tables in place of those before. */
    int attach(long argument) {
        UserBytes attach = UserBytes.sized(argument, 12);
        Refused.when(attach.i32(4) != 0, Errno.EINVAL);
        IommufdFile.Member target = file.member(attach.i32(8));
        PageTables next;
        if (target instanceof Ioas ioas) {
            next = ioas.tables();
        } else if (target instanceof PageTables named) {
            next = named;
        } else {
            throw new Refused(Errno.EINVAL);
        }
        PageTables before = tables;
        if (next != before) {
            next.join();
            tables = next;
            function.ioas(next.ioas());
            if (before != null) {
                before.leave();
            }
        }
        attach.u32(8, next.id());
        return 0;
    }

    /** {@code VFIO_DEVICE_DETACH_IOMMUFD_PT}; nothing happens if the device is not attached. */
    int detach(long argument) {
        Refused.when(UserBytes.sized(argument, 8).i32(4) != 0, Errno.EINVAL);
        detach();
        return 0;
    }

    private void detach() {
        PageTables left = tables;
        tables = null;
        function.ioas(null);
        if (left != null) {
            left.leave();
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
