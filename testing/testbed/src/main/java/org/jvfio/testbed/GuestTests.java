// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectModule;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
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
 * Arguments, if there are any, are parts of the names of the classes to run, nested ones too.
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
        if (arguments.length == 0) {
            report.requireAtLeast(Subjects.fewest(guest), "in a whole run");
        } else {
            report.requireAtLeast(1, "in classes with the name " + String.join(", ", arguments));
        }
        report.compare(before, Holdings.ofThisProcess());
        System.exit(report.conclude(Subjects.simulatedOnly(guest)) ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(Abi guest, String[] parts) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(Subjects.runs(guest).stream().map(type -> selectClass(type)).toList())
                .selectors(selectModule(SEAM))
                .filters(ClassNameFilter.includeClassNamePatterns(RUNS, seamTests(guest)))
                .filters(
                        (PostDiscoveryFilter)
                                test -> FilterResult.includedIf(isWanted(test, parts)))
                .build();
    }

    /** The pattern of the names of the seam's tests in this guest. */
    private static String seamTests(Abi guest) {
        return Pattern.quote(SEAM + ".") + "(" + String.join("|", Subjects.seamTests(guest)) + ")";
    }

    /** Whether it is in a class that is wanted, or in a class of classes; or is no test. */
    private static boolean isWanted(TestDescriptor test, String[] parts) {
        Optional<String> type =
                test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getClassName())
                        .map(name -> name.substring(name.lastIndexOf('.') + 1));
        return parts.length == 0
                || type.isEmpty()
                || Stream.of(parts).anyMatch(type.orElseThrow()::contains);
    }
}
