// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.linux.Errno.EACCES;
import static org.jvfio.linux.Errno.EADDRINUSE;
import static org.jvfio.linux.Errno.EAGAIN;
import static org.jvfio.linux.Errno.EBADF;
import static org.jvfio.linux.Errno.EBUSY;
import static org.jvfio.linux.Errno.EEXIST;
import static org.jvfio.linux.Errno.EFAULT;
import static org.jvfio.linux.Errno.EINTR;
import static org.jvfio.linux.Errno.EINVAL;
import static org.jvfio.linux.Errno.EIO;
import static org.jvfio.linux.Errno.EMFILE;
import static org.jvfio.linux.Errno.EMSGSIZE;
import static org.jvfio.linux.Errno.ENFILE;
import static org.jvfio.linux.Errno.ENODEV;
import static org.jvfio.linux.Errno.ENOENT;
import static org.jvfio.linux.Errno.ENOMEM;
import static org.jvfio.linux.Errno.ENOSPC;
import static org.jvfio.linux.Errno.ENOTDIR;
import static org.jvfio.linux.Errno.ENOTTY;
import static org.jvfio.linux.Errno.ENXIO;
import static org.jvfio.linux.Errno.EOPNOTSUPP;
import static org.jvfio.linux.Errno.EOVERFLOW;
import static org.jvfio.linux.Errno.EPERM;
import static org.jvfio.linux.Errno.ETIMEDOUT;

import java.util.List;
import java.util.Map;
import org.jvfio.linux.Errno;

/**
 * What each call can be refused with: as manual pages and the kernel's documentation say, as far as
 * it can happen to a caller whose arguments are right.
 *
 * <p>Left out is what would be a lie: {@code ENOENT} of {@code IOMMU_IOAS_UNMAP} says that nothing
 * is mapped there, and {@code EAGAIN} of an eventfd's {@code write} that its reader has not been
 * there for 2^64 signals.
 */
final class CallErrnos {
    private static final Map<String, List<Errno>> TABLE =
            Map.ofEntries(
                    of("open", ENOENT, EACCES, EBUSY, EMFILE, ENFILE, ENOMEM, EPERM, ENODEV, EINTR),
                    of("close", EIO, EINTR),
                    of("mmap", ENOMEM, EINVAL, EAGAIN, EPERM, ENODEV, EBUSY),
                    of("madvise", ENOMEM, EINVAL, EFAULT, EAGAIN),
                    of("pread", EINTR, EIO, EINVAL, EFAULT, ENODEV, EAGAIN),
                    of("pwrite", EINTR, EIO, EINVAL, EFAULT, ENODEV, EAGAIN),
                    of("read", EINTR),
                    of("write", EINTR),
                    of("eventfd", EMFILE, ENFILE, ENOMEM, ENODEV),
                    of("poll", EINTR, ENOMEM),
                    of("VFIO_GET_API_VERSION", ENOTTY),
                    of("VFIO_CHECK_EXTENSION", ENOTTY),
                    of("VFIO_SET_IOMMU", EINTR, ENOMEM, EPERM, ENODEV, EINVAL, EBUSY),
                    of("VFIO_GROUP_GET_STATUS", ENODEV, EFAULT),
                    of("VFIO_GROUP_SET_CONTAINER", EINTR, EINVAL, EPERM, EBUSY, ENOMEM, ENODEV),
                    of("VFIO_GROUP_UNSET_CONTAINER", EINVAL, EBUSY),
                    of(
                            "VFIO_GROUP_GET_DEVICE_FD",
                            EINTR,
                            ENODEV,
                            EINVAL,
                            EBUSY,
                            ENOMEM,
                            EMFILE,
                            EACCES),
                    of("VFIO_DEVICE_GET_INFO", EINVAL, ENODEV, ENOMEM, EFAULT),
                    of("VFIO_DEVICE_GET_REGION_INFO", EINVAL, ENODEV, ENOMEM, EFAULT),
                    of("VFIO_DEVICE_GET_IRQ_INFO", EINVAL, ENODEV, EFAULT),
                    of("VFIO_DEVICE_SET_IRQS", EINTR, EINVAL, ENOMEM, ENOSPC, EBUSY, EBADF, ENODEV),
                    of("VFIO_DEVICE_RESET", EINTR, EAGAIN, ENOTTY, EINVAL, EIO, ETIMEDOUT, ENODEV),
                    of(
                            "VFIO_DEVICE_BIND_IOMMUFD",
                            EINTR,
                            EINVAL,
                            EBUSY,
                            EPERM,
                            ENODEV,
                            ENOMEM,
                            EACCES),
                    of("VFIO_DEVICE_FEATURE", ENOTTY, EINVAL, EFAULT, EMFILE, EOPNOTSUPP),
                    of(
                            "VFIO_DEVICE_ATTACH_IOMMUFD_PT",
                            EINTR,
                            EINVAL,
                            EBUSY,
                            ENOMEM,
                            ENODEV,
                            ENOENT,
                            EADDRINUSE),
                    of("VFIO_DEVICE_DETACH_IOMMUFD_PT", EINVAL, ENODEV),
                    of("VFIO_IOMMU_GET_INFO", EINVAL, EFAULT, ENOMEM),
                    of(
                            "VFIO_IOMMU_MAP_DMA",
                            EINTR,
                            ENOMEM,
                            ENOSPC,
                            EFAULT,
                            EINVAL,
                            EEXIST,
                            EBUSY,
                            EOVERFLOW),
                    of("VFIO_IOMMU_UNMAP_DMA", EINTR, EINVAL, EFAULT, ENOMEM, EBUSY),
                    of("KVM_CREATE_DEVICE", ENODEV, EINVAL, EFAULT, ENOMEM, EEXIST),
                    of("KVM_SET_DEVICE_ATTR", ENXIO, EINVAL, EFAULT, EBADF, EEXIST, ENOENT, ENOMEM),
                    of("VFIO_IOMMU_SPAPR_TCE_GET_INFO", EINVAL, EFAULT, ENXIO),
                    of("VFIO_IOMMU_DISABLE", EPERM),
                    of("VFIO_IOMMU_SPAPR_REGISTER_MEMORY", EINVAL, EFAULT, ENOMEM, EBUSY),
                    of("VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY", EINVAL, ENOENT, EBUSY),
                    of("VFIO_IOMMU_SPAPR_TCE_CREATE", EINVAL, ENOSPC, ENOMEM, EPERM, ENODEV),
                    of("VFIO_IOMMU_SPAPR_TCE_REMOVE", EINVAL, ENXIO, EPERM),
                    of("VFIO_EEH_PE_OP", ENODEV, EINVAL, EIO),
                    of("IOMMU_DESTROY", EINTR, EBUSY, ENOENT),
                    of("IOMMU_IOAS_ALLOC", EINTR, ENOMEM, EOPNOTSUPP),
                    of("IOMMU_IOAS_IOVA_RANGES", EINTR, ENOMEM, EMSGSIZE, EFAULT, ENOENT),
                    of(
                            "IOMMU_IOAS_MAP",
                            EINTR,
                            ENOMEM,
                            EFAULT,
                            EEXIST,
                            EINVAL,
                            ENOSPC,
                            EADDRINUSE,
                            EPERM),
                    of(
                            "IOMMU_IOAS_MAP_FILE",
                            EINTR,
                            ENOMEM,
                            EINVAL,
                            EEXIST,
                            ENODEV,
                            EOPNOTSUPP,
                            EBADF,
                            ENOTTY,
                            ENOENT),
                    of(
                            "IOMMU_HWPT_ALLOC",
                            EINTR,
                            ENOMEM,
                            EINVAL,
                            ENODEV,
                            ENOTTY,
                            EOPNOTSUPP,
                            ENOENT),
                    of("IOMMU_GET_HW_INFO", EINTR, ENOMEM, EFAULT, ENOTTY, EOPNOTSUPP, ENOENT),
                    of("IOMMU_HWPT_SET_DIRTY_TRACKING", EINTR, ENOMEM, EINVAL, EOPNOTSUPP),
                    of("IOMMU_HWPT_GET_DIRTY_BITMAP", EINTR, ENOMEM, EINVAL, EFAULT, EOPNOTSUPP),
                    of("IOMMU_IOAS_UNMAP", EINTR, EBUSY, ENOMEM, EINVAL),
                    of("socket", EMFILE, ENFILE, ENOMEM),
                    of("bind", EACCES, ENOENT, ENOTDIR, ENOMEM),
                    of("chmod", EPERM, EACCES, EIO),
                    of("lchown", EPERM, EACCES, EIO),
                    of("listen", EOPNOTSUPP),
                    of("getsockopt", EFAULT),
                    of("exists", ENOENT),
                    of("access", EACCES),
                    of("file read", ENOENT, EACCES, EIO, ENODEV, EMFILE),
                    of("readdir", ENOENT, EACCES, EIO, EMFILE),
                    of("realpath", ENOENT, EACCES, EIO),
                    of("stat", ENOENT, EACCES, EIO, ENXIO));

    private CallErrnos() {}

    private static Map.Entry<String, List<Errno>> of(String call, Errno... errnos) {
        return Map.entry(call, List.of(errnos));
    }

    /** The errnos that the call of this name can be refused with. */
    static List<Errno> of(String call) {
        List<Errno> errnos = TABLE.get(call);
        if (errnos == null) {
            throw new IllegalArgumentException(call + ": say what it can be refused with");
        }
        return errnos;
    }
}
