// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/** What the kernel means by its refusal of a PCI hot reset, and what to do. */
public final class HotResetAdvice {
    private HotResetAdvice() {}

    /** The advice for {@code VFIO_DEVICE_PCI_HOT_RESET} refused with {@code errno}. */
    public static String of(Errno errno) {
        if (errno.equals(Errno.ENOTTY)) {
            return "the bus was reset, but the kernel did not see it come back in time, and says why"
                    + " in its log; look whether the functions answer, and try again";
        }
        if (errno.equals(Errno.EAGAIN)) {
            return "another reset of these functions is under way; try again";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "a function that goes down is not ours, or has come or changed its driver"
                    + " meanwhile; make a new plan";
        }
        return errno.meaning();
    }
}
