// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;

/**
 * A failure after which an operation may succeed all the same.
 *
 * @param operations a pattern of their names
 * @param calls a pattern of the names of the calls
 * @param errno with which; null for whatever
 * @param changes whether the outcome is then another than without the failure
 * @param reason why that is right
 */
record Tolerated(
        String operations, String calls, @Nullable Errno errno, boolean changes, String reason) {
    private static final String ANY = ".*";
    private static final String FILES = "exists|access|file read|readdir|realpath|stat";

    private static final List<Tolerated> ALL =
            List.of(
                    new Tolerated(ANY, ANY, Errno.EINTR, false, "an interrupted call is repeated"),
                    new Tolerated(
                            ANY,
                            "VFIO_DEVICE_GET_(REGION|IRQ)_INFO",
                            Errno.EINVAL,
                            true,
                            "it says that the device has no such region or interrupt"),
                    new Tolerated(
                            ANY,
                            "VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY",
                            null,
                            true,
                            "memory stays pinned that nothing is mapped of, which is logged"),
                    new Tolerated(
                            "attach on POWER.*",
                            "VFIO_SET_IOMMU",
                            null,
                            true,
                            "version 1 is tried after version 2"),
                    new Tolerated(
                            "backends|buses|devices|device|device tree",
                            FILES,
                            null,
                            true,
                            "what cannot be read is shown as missing"),
                    new Tolerated(
                            "backends|demo",
                            "open|VFIO_CHECK_EXTENSION",
                            null,
                            true,
                            "a backend that cannot be asked is shown as unusable, and passed over"),
                    new Tolerated(
                            ANY,
                            "VFIO_GROUP_UNSET_CONTAINER",
                            Errno.EINVAL,
                            false,
                            "a group whose last device went is in no container any more"),
                    new Tolerated(
                            "close a matrix",
                            "KVM_SET_DEVICE_ATTR",
                            null,
                            false,
                            "a virtual machine that keeps the file is told of in the log"),
                    new Tolerated(
                            "open iommufd",
                            "exists",
                            null,
                            false,
                            "a look ahead that fails leaves the answer to the kernel"),
                    new Tolerated(
                            "attach by any backend",
                            "exists|access|readdir",
                            null,
                            true,
                            "a backend whose files are not seen is passed over"),
                    new Tolerated(
                            "attach.*|demo",
                            "exists|access|readdir",
                            null,
                            false,
                            "a look ahead that fails leaves the answer to the kernel"),
                    new Tolerated(
                            "attach (again )?by .*descriptors?",
                            "realpath",
                            null,
                            false,
                            "who could open the device has its driver and its group"),
                    new Tolerated(
                            "attach again by .*",
                            "VFIO_DEVICE_BIND_IOMMUFD",
                            Errno.EINVAL,
                            false,
                            "the kernel says so anyway: it is bound since the first time"),
                    new Tolerated(
                            "attach again by .*",
                            "IOMMU_GET_HW_INFO",
                            Errno.ENOENT,
                            false,
                            "then it is bound elsewhere, and the kernel's EINVAL is told"),
                    new Tolerated(
                            ANY,
                            "file read",
                            null,
                            false,
                            "a number that cannot be read is missing from the description"),
                    new Tolerated(
                            "attach a second.*",
                            "VFIO_DEVICE_ATTACH_IOMMUFD_PT|VFIO_GROUP_SET_CONTAINER",
                            Errno.EINVAL,
                            true,
                            "the device gets page tables of its own if it does not fit others"),
                    new Tolerated(
                            "attach a second.*",
                            "VFIO_DEVICE_ATTACH_IOMMUFD_PT",
                            Errno.EADDRINUSE,
                            true,
                            "so it does if a mapping lies where it has reserved addresses"),
                    new Tolerated(
                            "map peer|reset with a peer",
                            "mmap|VFIO_DEVICE_FEATURE|VFIO_IOMMU_MAP_DMA|IOMMU_IOAS_MAP.*"
                                    + "|VFIO_IOMMU_GET_INFO|IOMMU_IOAS_IOVA_RANGES",
                            null,
                            true,
                            "that a BAR cannot be reached is a result"),
                    new Tolerated(
                            ANY,
                            "IOMMU_IOAS_MAP_FILE",
                            null,
                            false,
                            "asked with nothing to map, to see if the kernel knows it: all but"
                                    + " ENOTTY says so"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_HWPT_ALLOC",
                            Errno.ENOTTY,
                            true,
                            "a kernel that makes no page tables on request makes them by itself"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_HWPT_ALLOC",
                            Errno.EOPNOTSUPP,
                            true,
                            "a kernel that makes no page tables on request makes them by itself"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_HWPT_ALLOC",
                            Errno.ENOENT,
                            true,
                            "a kernel that makes no page tables on request makes them by itself"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_GET_HW_INFO",
                            Errno.ENOTTY,
                            true,
                            "an IOMMU that says nothing of itself tracks no dirty pages"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_GET_HW_INFO",
                            Errno.EOPNOTSUPP,
                            true,
                            "an IOMMU that says nothing of itself tracks no dirty pages"),
                    new Tolerated(
                            "attach.*|detach.*|demo",
                            "IOMMU_GET_HW_INFO",
                            Errno.ENOENT,
                            true,
                            "an IOMMU that says nothing of itself tracks no dirty pages"),
                    new Tolerated(
                            "track dirty pages.*",
                            "VFIO_DEVICE_FEATURE",
                            null,
                            false,
                            "a device that cannot log leaves the task to the page tables"),
                    new Tolerated(
                            "unmap while tracking.*",
                            "VFIO_IOMMU_UNMAP_DMA|mmap",
                            null,
                            false,
                            "what is not unmapped with its dirty pages is without, and all dirty"),
                    new Tolerated(
                            "(release|disable|close) .*|demo",
                            "VFIO_DEVICE_SET_IRQS",
                            Errno.EINVAL,
                            false,
                            "an index without vectors is disabled already, and says so this way"),
                    new Tolerated(
                            "change a matrix",
                            "exists",
                            null,
                            false,
                            "a kernel that takes no whole matrix takes one number at a time"),
                    new Tolerated(
                            "attach a (subchannel|matrix)",
                            "realpath",
                            null,
                            false,
                            "what its type is called is missing from the description"),
                    new Tolerated(
                            "start|halt|clear",
                            "pwrite",
                            Errno.EAGAIN,
                            false,
                            "the driver is at another request for a moment, and is asked again"),
                    new Tolerated(
                            "reset.*",
                            "VFIO_DEVICE_RESET",
                            Errno.EAGAIN,
                            false,
                            "the kernel is busy for a moment, and is asked again"));

    /** The rule that lets this be, or null. */
    static @Nullable Tolerated find(String operation, String call, Errno errno) {
        return ALL.stream()
                .filter(rule -> rule.covers(operation, call, errno))
                .findFirst()
                .orElse(null);
    }

    private boolean covers(String operation, String call, Errno with) {
        return operation.matches(operations)
                && call.matches(calls)
                && (errno == null || errno.equals(with));
    }
}
