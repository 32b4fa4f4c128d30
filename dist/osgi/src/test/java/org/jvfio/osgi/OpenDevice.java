// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import org.jvfio.VfioException;
import org.jvfio.device.VfioDevice;

/** Whether a device is open: then the kernel answers, be it with a refusal. */
final class OpenDevice {
    private OpenDevice() {}

    static boolean is(VfioDevice device) {
        try {
            device.reset();
            return true;
        } catch (VfioException cannotBeReset) {
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }
}
