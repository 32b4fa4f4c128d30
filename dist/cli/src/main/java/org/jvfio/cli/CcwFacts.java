// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.Schib;

/**
 * What the channel subsystem says of a subchannel.
 *
 * @param subchannel its name
 * @param number the number of its device; empty if the driver does not tell, or there is none
 * @param haltsAndClears whether a running program can be ended
 */
record CcwFacts(String subchannel, Optional<String> number, boolean haltsAndClears)
        implements BusFacts {
    static CcwFacts of(CcwDevice device) {
        return new CcwFacts(
                device.subchannel().name(),
                device.schib().flatMap(CcwFacts::number),
                device.haltsAndClears());
    }

    private static Optional<String> number(Schib block) {
        return block.deviceNumber().stream().mapToObj("%04x"::formatted).findFirst();
    }

    @Override
    public String name() {
        return "ccw";
    }

    @Override
    public void addTo(Columns opened) {
        opened.row("subchannel", subchannel);
        opened.row("device", number.orElse("the driver does not tell its number"));
        opened.row("programs", haltsAndClears ? "started, halted, cleared" : "started only");
    }

    @Override
    public void print(PrintWriter out) {
        // All that there is are rows.
    }

    @Override
    public JsonObject json() {
        return new JsonObject()
                .with("subchannel", subchannel)
                .with("device", number)
                .with("haltsAndClears", haltsAndClears);
    }
}
