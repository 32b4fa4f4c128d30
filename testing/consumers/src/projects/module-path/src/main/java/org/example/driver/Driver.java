// SPDX-License-Identifier: Apache-2.0
package org.example.driver;

import org.jvfio.ProviderStatus;
import org.jvfio.Vfio;
import org.jvfio.device.DeviceNode;

/** Says what of the simulated host can be used. */
public final class Driver {
    private Driver() {}

    public static void main(String[] arguments) {
        try (Vfio vfio = Vfio.builder().host("simulated").open()) {
            for (ProviderStatus backend : vfio.backends()) {
                System.out.println(backend.name() + (backend.usable() ? " is usable" : " is not"));
            }
            DeviceNode edu = vfio.device("0000:00:05.0");
            System.out.println(edu.name() + " is " + edu.description());
        }
    }
}
