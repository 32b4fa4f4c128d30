// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import org.jvfio.BrokerAnswer;
import org.jvfio.BrokerOptions;

/** What the broker says of itself and of each answer, for people and for programs. */
final class BrokerText {
    private BrokerText() {}

    static String beginning(BrokerOptions options) {
        String devices =
                options.devices().isEmpty() ? "" : ", " + String.join(", ", options.devices());
        return "Listening at " + options.socket() + "; handing out iommu" + devices + ".";
    }

    static JsonObject json(BrokerOptions options) {
        return new JsonObject()
                .with("listening", options.socket())
                .with("devices", options.devices());
    }

    static String line(BrokerAnswer answer) {
        String what = answer.request().isEmpty() ? "" : ": " + answer.request();
        return "pid %d, user %d, group %d%s: %s"
                .formatted(
                        answer.pid(),
                        answer.uid(),
                        answer.gid(),
                        what,
                        answer.refusal().map(why -> "refused: " + why).orElse("handed over"));
    }

    static JsonObject json(BrokerAnswer answer) {
        return new JsonObject()
                .with("pid", answer.pid())
                .with("user", answer.uid())
                .with("group", answer.gid())
                .with("request", answer.request())
                .with("refusal", answer.refusal());
    }
}
