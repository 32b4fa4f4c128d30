// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Callable;
import org.jvfio.Vfio;
import picocli.CommandLine.Command;

/** Which devices there are. */
@Command(
        name = "list",
        header = "Lists the devices that VFIO could open.",
        description =
                "Shows each device's address, what it is, its driver, IOMMU group and character"
                        + " device, and what is missing before it can be used.")
final class ListCommand implements Callable<Integer> {
    private final Main main;

    ListCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        try (Vfio vfio = main.open()) {
            main.show(new ListReport(vfio.host(), vfio.devices(), vfio.buses()));
        }
        return ExitStatus.OK;
    }
}
