// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.concurrent.Callable;
import org.jvfio.Vfio;
import picocli.CommandLine.Command;

/** Which backends there are. */
@Command(
        name = "backends",
        header = "Says which backends can be used here, and why.",
        description =
                "A backend is a kernel interface to the IOMMU. Those of this image are shown in the"
                        + " order in which they are tried. Exit status 3 if none can be used.")
final class BackendsCommand implements Callable<Integer> {
    private final Main main;

    BackendsCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        try (Vfio vfio = main.open()) {
            ProviderReport report = new ProviderReport("backends", vfio.host(), vfio.backends());
            main.show(report);
            return report.exitStatus();
        }
    }
}
