// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The command that runs test classes on whatever is on the class path: the failures, and then
 * {@code N passed, M failed}.
 *
 * <p>Arguments are the names of classes, and {@link #NOT} with the simple names of nested classes
 * and methods to leave out.
 */
public final class SuitesRun {
    static final String NOT = "--not=";

    /** They take seconds to show what does not depend on which modules there are. */
    private static final Set<String> LONG = Set.of("LargeGuest", "RandomMap");

    private SuitesRun() {}

    /** Runs the classes. */
    public static void main(String[] arguments) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request(List.of(arguments)), listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        System.out.printf(
                "%d passed, %d failed%n",
                summary.getTestsSucceededCount(), summary.getTotalFailureCount());
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(List<String> arguments) {
        Set<String> leftOut =
                arguments.stream()
                        .filter(argument -> argument.startsWith(NOT))
                        .map(argument -> argument.substring(NOT.length()))
                        .collect(Collectors.toSet());
        leftOut.addAll(LONG);
        PostDiscoveryFilter wanted =
                test -> FilterResult.includedIf(names(test).noneMatch(leftOut::contains));
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        arguments.stream()
                                .filter(argument -> !argument.startsWith(NOT))
                                .map(name -> selectClass(name))
                                .toList())
                .filters(wanted)
                .build();
    }

    /** The simple names of a method and of the classes that it is nested in. */
    private static Stream<String> names(TestDescriptor test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(SuitesRun::names)
                .orElseGet(Stream::of);
    }

    private static Stream<String> names(MethodSource method) {
        return Stream.concat(
                Stream.of(method.getMethodName()),
                Stream.of(method.getClassName().split("[.$]", -1)));
    }
}
