// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Callable;
import org.jvfio.Vfio;
import picocli.CommandLine.Command;

/** Which bus types there are. */
@Command(
        name = "buses",
        header = "Says devices of which buses can be used here, and why.",
        description = "Shows the bus types of this image. Exit status 3 if none can be used.")
final class BusesCommand implements Callable<Integer> {
    private final Main main;

    BusesCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        try (Vfio vfio = main.open()) {
            ProviderReport report = new ProviderReport("buses", vfio.host(), vfio.buses());
            main.show(report);
            return report.exitStatus();
        }
    }
}
