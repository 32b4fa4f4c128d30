// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectModule;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.jvfio.linux.Abi;
import org.jvfio.testkit.contract.Holdings;

/**
 * The command that runs the tests in a guest.
 *
 * <p>It prints one line for each test, the stack traces of failures, and in the end {@code N
 * passed, M failed, K skipped}; before that, what ran on the real kernel, and what only the
 * simulated one can show here. The exit status is 0 if something passed and nothing failed.
 * Arguments, if there are any, are parts of the names of the classes to run.
 */
public final class GuestTests {
    /** The pattern of the names of the classes of this module. */
    private static final String RUNS = "org\\.jvfio\\.testbed\\..*";

    /** The module that the testkit's tests of the seam are patched into, and their package. */
    private static final String SEAM = "org.jvfio.testkit";

    private GuestTests() {}

    /** Runs the tests. */
    public static void main(String[] arguments) {
        Abi guest = Abi.host();
        Holdings before = Holdings.ofThisProcess();
        GuestReport report = new GuestReport(System.out);
        LauncherFactory.create().execute(request(guest, arguments), report);
        report.compare(before, Holdings.ofThisProcess());
        if (arguments.length == 0) {
            report.requireAtLeast(Subjects.fewest(guest));
        }
        System.exit(report.conclude(Subjects.simulatedOnly(guest)) ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(Abi guest, String[] parts) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        Subjects.runs(guest).stream()
                                .filter(type -> isWanted(type, parts))
                                .map(type -> selectClass(type))
                                .toList())
                .selectors(selectModule(SEAM))
                .filters(ClassNameFilter.includeClassNamePatterns(RUNS, seamTests(guest, parts)))
                .build();
    }

    /** The pattern of the names of the seam's tests in this guest, or of those that are wanted. */
    private static String seamTests(Abi guest, String[] parts) {
        String wanted = "(?=\\w*(" + String.join("|", parts) + "))";
        return Pattern.quote(SEAM + ".")
                + wanted
                + "("
                + String.join("|", Subjects.seamTests(guest))
                + ")";
    }

    private static boolean isWanted(Class<?> type, String[] parts) {
        return parts.length == 0
                || Stream.of(parts).anyMatch(part -> type.getSimpleName().contains(part));
    }
}
