// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;

/** An open {@code /dev/vfio/vfio}: groups, and the type 1 IOMMU that they share. */
final class ContainerFile extends OpenFile {
    static final String PATH = "/dev/vfio/vfio";
    static final DeviceNumber NUMBER = new DeviceNumber(10, 196);

    private final Machine machine;
    private static final Set<Integer> WINDOWS =
            Set.of(VfioRequests.SPAPR_TCE_IOMMU, VfioRequests.SPAPR_TCE_V2_IOMMU, VfioRequests.EEH);

    private final List<Group> groups = new ArrayList<>();
    private final Requests requests;
    private final Requests requestsWithIommu;
    private @Nullable Type1Iommu iommu;
    private @Nullable TceIommu windows;
    private boolean unprotected;

    ContainerFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.EINVAL)
                        .on(VfioRequests.GET_API_VERSION, argument -> VfioRequests.API_VERSION)
                        .on(VfioRequests.CHECK_EXTENSION, this::checkExtension)
                        .on(VfioRequests.SET_IOMMU, this::setIommu)
                        .on(VfioRequests.IOMMU_GET_INFO, argument -> info(argument))
                        .on(VfioRequests.IOMMU_MAP_DMA, argument -> iommu().map(argument))
                        .on(VfioRequests.IOMMU_UNMAP_DMA, argument -> iommu().unmap(argument))
                        .on(
                                VfioRequests.IOMMU_DIRTY_PAGES,
                                argument -> iommu().dirtyPages(argument));
        this.requestsWithIommu = requests.withUnknown(Errno.ENOTTY);
    }

    @Override
    public String description() {
        return PATH;
    }

    @Override
    Optional<DeviceNumber> number() {
        return Optional.of(NUMBER);
    }

    @Override
    Requests requests() {
        if (windows != null) {
            return windows.requests();
        }
        return hasIommu() ? requestsWithIommu : requests;
    }

    /** What a container answers whatever its IOMMU is. */
    private Requests containerRequests() {
        return new Requests(machine.abi(), Errno.ENOTTY)
                .on(VfioRequests.GET_API_VERSION, argument -> VfioRequests.API_VERSION)
                .on(VfioRequests.CHECK_EXTENSION, this::checkExtension)
                .on(VfioRequests.SET_IOMMU, this::setIommu);
    }

    private int info(long argument) {
        IommuUnit unit = translates() ? machine.iommu() : IommuUnit.none(machine.pageSize());
        return new Type1InfoRequest(unit, iommu().available()).answer(argument);
    }

    /** Whether there is a device that the IOMMU translates for; mediated ones it does not know. */
    private boolean translates() {
        return groups.stream().anyMatch(group -> !group.isEmulated());
    }

    private Type1Iommu iommu() {
        if (iommu == null) {
            throw new Refused(unprotected ? Errno.ENOTTY : Errno.EINVAL);
        }
        return iommu;
    }

    /** Whether an IOMMU was chosen, or that there is none. */
    boolean hasIommu() {
        return iommu != null || windows != null || unprotected;
    }

    @Nullable IommuDomain domain() {
        return windows != null ? windows : iommu;
    }

    private int checkExtension(long extension) {
        if (machine.hasWindows()) {
            boolean without = extension == VfioRequests.EEH && !machine.handlesErrors();
            return WINDOWS.contains((int) extension) && !without ? 1 : 0;
        }
        boolean known =
                switch ((int) extension) {
                    case VfioRequests.TYPE1_IOMMU,
                            VfioRequests.TYPE1V2_IOMMU,
                            VfioRequests.UNMAP_ALL ->
                            mayHaveIommu();
                    case VfioRequests.UPDATE_VADDR -> iommu != null;
                    case VfioRequests.NOIOMMU_IOMMU -> machine.unsafeNoIommu() && mayHaveNone();
                    default -> false;
                };
        return known ? 1 : 0;
    }

    private boolean mayHaveIommu() {
        return groups.stream().allMatch(Group::hasIommu);
    }

    private boolean mayHaveNone() {
        return groups.stream().noneMatch(Group::hasIommu);
    }

    private int setIommu(long type) {
        Refused.when(groups.isEmpty() || hasIommu(), Errno.EINVAL);
        // The type shares its numbers with the extensions; UNMAP_ALL is known, but no IOMMU.
        Refused.when(type == VfioRequests.UNMAP_ALL && mayHaveIommu(), Errno.EINVAL);
        Refused.when(checkExtension(type) == 0, Errno.ENODEV);
        Refused.when(type == VfioRequests.EEH, Errno.EINVAL);
        if (machine.hasWindows()) {
            Refused.when(!translates(), Errno.EINVAL);
            boolean version2 = type == VfioRequests.SPAPR_TCE_V2_IOMMU;
            windows = new TceIommu(machine, version2, groups::size, containerRequests());
            machine.track(windows);
        } else if (type == VfioRequests.NOIOMMU_IOMMU) {
            unprotected = true;
        } else {
            boolean version2 = type == VfioRequests.TYPE1V2_IOMMU;
            iommu = new Type1Iommu(machine, version2, this::translates);
            machine.track(iommu);
        }
        return 0;
    }

    /** Takes a group in; it keeps the container alive. */
    void attach(Group group) {
        group.claimAlone(group);
        if (windows != null) {
            admitBesideOthers(group, windows);
        }
        if (iommu != null && iommu.awaitsVaddr()) {
            group.unclaim();
            throw new Refused(Errno.EBUSY);
        }
        try {
            if (iommu != null && !translates() && !group.isEmulated()) {
                iommu.pinAll();
            }
        } catch (Refused refused) {
            group.unclaim();
            throw refused;
        }
        groups.add(group);
        retain();
    }

    private static void admitBesideOthers(Group group, TceIommu windows) {
        try {
            windows.admit();
        } catch (Refused refused) {
            group.unclaim();
            throw refused;
        }
    }

    /** Lets a group go; with the last one goes the IOMMU and all that is mapped. */
    void detach(Group group) {
        groups.remove(group);
        group.unclaim();
        if (groups.isEmpty()) {
            unprotected = false;
            forgetIommu();
        } else if (iommu != null && !translates()) {
            iommu.unpinAll();
        }
        drop();
    }

    private void forgetIommu() {
        if (windows != null) {
            windows.release();
            machine.untrack(windows);
            windows = null;
        }
        if (iommu != null) {
            iommu.unmapAll();
            machine.untrack(iommu);
            iommu = null;
        }
    }
}
