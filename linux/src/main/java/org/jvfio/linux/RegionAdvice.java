// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/** What the kernel means when it refuses something about a region, and what to do. */
final class RegionAdvice {
    private RegionAdvice() {}

    /**
     * About an access through the kernel.
     *
     * @param done what was to be done: {@code "read"}, {@code "written"}
     * @param possible whether the kernel says that this can be done to the region at all
     */
    static String access(Errno errno, String done, boolean possible) {
        if (!possible) {
            return "this region cannot be " + done;
        }
        if (errno.equals(Errno.EIO)) {
            return "the device does not answer: turn on memory space in its command register, or"
                    + " bring it out of its low-power state; or it is gone";
        }
        if (errno.equals(Errno.ENODEV) || errno.equals(Errno.ENXIO)) {
            return "the device is gone";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "the device takes no such access here; try another width or offset";
        }
        return errno.meaning();
    }

    /** About a mapping into this process. */
    static String mapping(Errno errno) {
        if (errno.equals(Errno.ENOMEM)) {
            return "no room left in this process; see ulimit -v and vm.max_map_count";
        }
        if (errno.equals(Errno.EBUSY)) {
            return "another driver of the host holds this region";
        }
        return errno.meaning() + "; access it through the region itself";
    }
}
