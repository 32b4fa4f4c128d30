// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jvfio.Host;
import org.jvfio.ProviderStatus;

/**
 * Backends or buses, and what became of each.
 *
 * @param kind {@code "backends"} or {@code "buses"}
 */
record ProviderReport(String kind, Host host, List<ProviderStatus> statuses) implements Report {
    int exitStatus() {
        return statuses.stream().anyMatch(ProviderStatus::usable)
                ? ExitStatus.OK
                : ExitStatus.NOTHING_USABLE;
    }

    @Override
    public void print(PrintWriter out) {
        Columns columns = new Columns();
        for (ProviderStatus status : statuses) {
            columns.row(status.name(), state(status));
            columns.note(status.explanation());
        }
        out.println("On " + HostText.of(host) + ":");
        columns.print(out);
        if (statuses.stream().noneMatch(ProviderStatus::present)) {
            out.println("This image has no " + kind + ".");
        }
    }

    private static String state(ProviderStatus status) {
        if (!status.present()) {
            return "left out";
        }
        return status.usable() ? "usable" : "not usable";
    }

    @Override
    public JsonObject json() {
        return HostText.json(host).with(kind, statuses.stream().map(ProviderReport::json).toList());
    }

    private static JsonObject json(ProviderStatus status) {
        return new JsonObject()
                .with("name", status.name())
                .with("present", status.present())
                .with("usable", status.usable())
                .with("explanation", status.explanation());
    }
}
