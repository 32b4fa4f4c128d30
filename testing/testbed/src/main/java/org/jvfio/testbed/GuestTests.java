// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectModule;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.ClassNameFilter;
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
                    MigrationRun.class,
                    FaultInjectionRun.class,
                    MockDomainDirtyRun.class,
                    UnprivilegedRun.class,
                    BrokerRun.class);

    /** The pattern of the names of {@link #CLASSES}. */
    private static final String RUNS = "org\\.jvfio\\.testbed\\..*";

    /** The module that the testkit's tests of the seam are patched into, and their package. */
    private static final String SEAM = "org.jvfio.testkit";

    /** Fewer than these, and a jar is missing or a scan finds nothing. */
    private static final int FEWEST = 1000;

    private GuestTests() {}

    /** Runs the tests. */
    public static void main(String[] arguments) {
        Holdings before = Holdings.ofThisProcess();
        GuestReport report = new GuestReport(System.out);
        LauncherFactory.create().execute(request(arguments), report);
        report.compare(before, Holdings.ofThisProcess());
        if (arguments.length == 0) {
            report.requireAtLeast(FEWEST);
        }
        System.exit(report.conclude() ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(String[] parts) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        CLASSES.stream()
                                .filter(type -> isWanted(type, parts))
                                .map(type -> selectClass(type))
                                .toList())
                .selectors(selectModule(SEAM))
                .filters(ClassNameFilter.includeClassNamePatterns(RUNS, seamTests(parts)))
                .build();
    }

    /** The pattern of the names of the seam's tests, or of those that are wanted. */
    private static String seamTests(String[] parts) {
        return Pattern.quote(SEAM) + "\\.\\w*(" + String.join("|", parts) + ")\\w*(?<=Test)";
    }

    private static boolean isWanted(Class<?> type, String[] parts) {
        return parts.length == 0
                || Stream.of(parts).anyMatch(part -> type.getSimpleName().contains(part));
    }
}
