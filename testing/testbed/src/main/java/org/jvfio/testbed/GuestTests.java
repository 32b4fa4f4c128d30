// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.jvfio.testkit.contract.Holdings;

/**
 * The command that runs the tests in a guest.
 *
 * <p>It prints one line for each test, the stack traces of failures, and in the end {@code N
 * passed, M failed, K skipped}. The exit status is 0 if something passed and nothing failed.
 * Arguments, if there are any, are parts of the names of the classes to run.
 */
public final class GuestTests {
    private static final List<Class<?>> CLASSES =
            List.of(
                    LegacyContractRun.class,
                    IommufdContractRun.class,
                    AcceptanceRun.class,
                    MissingNodesRun.class,
                    SharedGroupRun.class,
                    OtherProcessRun.class,
                    UnprivilegedRun.class);

    private GuestTests() {}

    /** Runs the tests. */
    public static void main(String[] arguments) {
        Holdings before = Holdings.ofThisProcess();
        GuestReport report = new GuestReport(System.out);
        LauncherFactory.create().execute(request(arguments), report);
        report.compare(before, Holdings.ofThisProcess());
        System.exit(report.conclude() ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(String[] parts) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        CLASSES.stream()
                                .filter(type -> isWanted(type, parts))
                                .map(type -> selectClass(type))
                                .toList())
                .build();
    }

    private static boolean isWanted(Class<?> type, String[] parts) {
        return parts.length == 0
                || Stream.of(parts).anyMatch(part -> type.getSimpleName().contains(part));
    }
}
