// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.VfioRequests;

/** An open {@code /dev/vfio/vfio}: groups, and the type 1 IOMMU that they share. */
final class ContainerFile extends OpenFile {
    static final String PATH = "/dev/vfio/vfio";
    static final DeviceNumber NUMBER = new DeviceNumber(10, 196);

    private final Machine machine;
    private final List<Group> groups = new ArrayList<>();
    private final Requests requests;
    private @Nullable Type1Iommu iommu;

    ContainerFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.EINVAL)
                        .on(VfioRequests.GET_API_VERSION, argument -> VfioRequests.API_VERSION)
                        .on(VfioRequests.CHECK_EXTENSION, this::checkExtension)
                        .on(VfioRequests.SET_IOMMU, this::setIommu)
                        .on(VfioRequests.IOMMU_GET_INFO, argument -> iommu().info(argument))
                        .on(VfioRequests.IOMMU_MAP_DMA, argument -> iommu().map(argument))
                        .on(VfioRequests.IOMMU_UNMAP_DMA, argument -> iommu().unmap(argument));
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
        return iommu == null ? requests : requests.withUnknown(Errno.ENOTTY);
    }

    private Type1Iommu iommu() {
        if (iommu == null) {
            throw new Refused(Errno.EINVAL);
        }
        return iommu;
    }

    boolean hasIommu() {
        return iommu != null;
    }

    @Nullable IommuDomain domain() {
        return iommu;
    }

    private int checkExtension(long extension) {
        return switch ((int) extension) {
            case VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU, VfioRequests.UNMAP_ALL -> 1;
            case VfioRequests.UPDATE_VADDR -> iommu != null ? 1 : 0;
            default -> 0;
        };
    }

    private int setIommu(long type) {
        Refused.when(groups.isEmpty() || iommu != null, Errno.EINVAL);
        // The type shares its numbers with the extensions; UNMAP_ALL is known, but no IOMMU.
        Refused.when(type == VfioRequests.UNMAP_ALL, Errno.EINVAL);
        Refused.when(checkExtension(type) == 0, Errno.ENODEV);
        iommu = new Type1Iommu(machine, type == VfioRequests.TYPE1V2_IOMMU);
        machine.track(iommu);
        return 0;
    }

    /** Takes a group in; it keeps the container alive. */
    void attach(Group group) {
        group.claimAlone(group);
        groups.add(group);
        retain();
    }

    /** Lets a group go; with the last one goes the IOMMU and all that is mapped. */
    void detach(Group group) {
        groups.remove(group);
        group.unclaim();
        if (groups.isEmpty() && iommu != null) {
            iommu.unmapAll();
            machine.untrack(iommu);
            iommu = null;
        }
        drop();
    }
}
