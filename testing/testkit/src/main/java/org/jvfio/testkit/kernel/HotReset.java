// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * The reset of all functions behind one bridge, for a process that has all of them.
 *
 * <p>A virtual function is listed with the others and makes the reset impossible, as in Linux 7.3.
 * Functions on a root bus have no such reset.
 */
final class HotReset {
    private static final int HEADER = 12;
    private static final int DEVICE = 8;
    private static final int DEVICE_IDS = 1;
    private static final int ALL_OWNED = 2;
    private static final int OWNED = 0;
    private static final int NOT_OWNED = -1;

    private final PciFunction function;

    HotReset(PciFunction function) {
        this.function = function;
    }

    private List<PciFunction> affected() {
        Refused.when(function.bridge().isEmpty(), Errno.ENODEV);
        return function.machine().functions().stream()
                .filter(other -> other.bridge().equals(function.bridge()))
                .toList();
    }

    /** Whether functions are reset together and so, as far as they can be, owned together. */
    private boolean inOneSet(PciFunction other) {
        return other == function
                || (other.boundToVfio() && !other.isVirtual() && !function.isVirtual());
    }

    /** {@code VFIO_DEVICE_GET_PCI_HOT_RESET_INFO}. */
    int info(long argument) {
        UserBytes info = UserBytes.sized(argument, HEADER);
        List<PciFunction> affected = affected();
        info.u32(4, 0).u32(8, affected.size());
        Refused.when(info.u32(0) - HEADER < (long) DEVICE * affected.size(), Errno.ENOSPC);
        UserBytes list = info.extended(HEADER + DEVICE * affected.size());
        IommufdBinding binding = function.binding();
        int flags = binding == null ? 0 : DEVICE_IDS | ALL_OWNED;
        for (int i = 0; i < affected.size(); i++) {
            PciFunction each = affected.get(i);
            int id = binding == null ? each.group().number() : id(each, binding);
            list.u32(HEADER + DEVICE * i, id).u32(HEADER + DEVICE * i + 4, each.location());
            if (binding != null && id == NOT_OWNED) {
                flags &= ~ALL_OWNED;
            }
        }
        info.u32(4, flags);
        return 0;
    }

    /** What a function is to the iommufd of {@code binding}. */
    private int id(PciFunction other, IommufdBinding binding) {
        if (!inOneSet(other)) {
            return NOT_OWNED;
        }
        IommufdBinding its = other.binding();
        if (its != null && its.file() == binding.file()) {
            return its.id();
        }
        return other.group().belongsTo(binding.file()) ? OWNED : NOT_OWNED;
    }

    /** {@code VFIO_DEVICE_PCI_HOT_RESET}. */
    int reset(long argument) {
        UserBytes request = UserBytes.sized(argument, HEADER);
        IommufdBinding binding = function.binding();
        boolean byGroups = request.i32(8) != 0;
        Refused.when(request.i32(4) != 0 || byGroups == (binding != null), Errno.EINVAL);
        List<PciFunction> affected = affected();
        List<Group> groups =
                byGroups ? groups(argument, request.u32(8), affected.size()) : List.of();
        for (PciFunction each : affected) {
            Refused.when(!inOneSet(each) || !owned(each, binding, groups), Errno.EINVAL);
        }
        affected.forEach(PciFunction::busReset);
        return 0;
    }

    private boolean owned(PciFunction other, @Nullable IommufdBinding binding, List<Group> groups) {
        return binding != null ? id(other, binding) != NOT_OWNED : groups.contains(other.group());
    }

    private List<Group> groups(long argument, long count, int most) {
        Refused.when(count > most, Errno.EINVAL);
        UserBytes request = UserBytes.at(argument, HEADER + Integer.BYTES * (int) count);
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int descriptor = request.i32(HEADER + Integer.BYTES * i);
            OpenFile file = function.machine().descriptors().get(descriptor);
            if (!(file instanceof GroupFile opened)) {
                throw new Refused(Errno.EINVAL);
            }
            groups.add(opened.group());
        }
        return groups;
    }
}
