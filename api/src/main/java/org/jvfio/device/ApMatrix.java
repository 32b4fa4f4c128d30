// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The adapters, domains and control domains that a guest has, or is to have.
 *
 * <p>Every domain is used on every adapter: the queues are the cross product of both. A control
 * domain is one that the guest may change but need not use.
 *
 * <p>Source: {@code Documentation/arch/s390/vfio-ap.rst} of the kernel.
 *
 * @param adapters the numbers of its adapters
 * @param domains the numbers of its usage domains
 * @param controlDomains the numbers of its control domains
 */
public record ApMatrix(
        NavigableSet<Integer> adapters,
        NavigableSet<Integer> domains,
        NavigableSet<Integer> controlDomains) {
    /** Nothing. */
    public static final ApMatrix EMPTY =
            new ApMatrix(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

    /** Copies the sets, and refuses numbers that no adapter or domain has. */
    public ApMatrix {
        adapters = copy("adapter", adapters);
        domains = copy("domain", domains);
        controlDomains = copy("control domain", controlDomains);
    }

    private static NavigableSet<Integer> copy(String what, NavigableSet<Integer> numbers) {
        numbers.forEach(number -> ApNumbers.check(what, number));
        return Collections.unmodifiableNavigableSet(new TreeSet<>(numbers));
    }

    /**
     * What the files {@code matrix} and {@code control_domains} of a matrix in sysfs say.
     *
     * <p>A line of the first is a queue, {@code "05.0004"}; where there are no domains it is an
     * adapter, {@code "05."}, and where there are no adapters a domain, {@code ".0004"}.
     *
     * @param matrix one line for each queue
     * @param controlDomains one line for each domain
     * @throws IllegalArgumentException if a line is something else
     */
    public static ApMatrix ofLists(String matrix, String controlDomains) {
        NavigableSet<Integer> adapters = new TreeSet<>();
        NavigableSet<Integer> domains = new TreeSet<>();
        for (String line : lines(matrix)) {
            int dot = line.indexOf('.');
            if (dot < 0) {
                throw new IllegalArgumentException("\"" + line + "\": not a line of a matrix");
            }
            if (dot > 0) {
                adapters.add(ApNumbers.read("adapter", line.substring(0, dot)));
            }
            if (dot < line.length() - 1) {
                domains.add(ApNumbers.read("domain", line.substring(dot + 1)));
            }
        }
        NavigableSet<Integer> control = new TreeSet<>();
        lines(controlDomains).forEach(line -> control.add(ApNumbers.read("control domain", line)));
        return new ApMatrix(adapters, domains, control);
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /**
     * What the file {@code ap_config} of a matrix in sysfs says.
     *
     * @param masks three masks with commas between them: adapters, domains, control domains
     * @throws IllegalArgumentException if it is something else
     */
    public static ApMatrix ofMasks(String masks) {
        String[] parts = masks.strip().split(",", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("\"" + masks + "\": not three masks");
        }
        return new ApMatrix(
                ApMask.of(parts[0]).numbers(),
                ApMask.of(parts[1]).numbers(),
                ApMask.of(parts[2]).numbers());
    }

    /** What {@link #ofMasks} reads: the form in which the kernel takes a whole matrix at once. */
    public String toMasks() {
        return ApMask.of(adapters) + "," + ApMask.of(domains) + "," + ApMask.of(controlDomains);
    }

    /** The same with these adapters as well. */
    public ApMatrix withAdapters(int... numbers) {
        return new ApMatrix(with(adapters, numbers), domains, controlDomains);
    }

    /**
     * The same with these usage domains as well; to be changed, too, they must be control domains.
     */
    public ApMatrix withDomains(int... numbers) {
        return new ApMatrix(adapters, with(domains, numbers), controlDomains);
    }

    /** The same with these control domains as well. */
    public ApMatrix withControlDomains(int... numbers) {
        return new ApMatrix(adapters, domains, with(controlDomains, numbers));
    }

    private static NavigableSet<Integer> with(NavigableSet<Integer> present, int... numbers) {
        NavigableSet<Integer> all = new TreeSet<>(present);
        IntStream.of(numbers).forEach(all::add);
        return all;
    }

    /** The queues, every domain of every adapter; sorted. */
    public List<ApQueue> queues() {
        List<ApQueue> queues = new ArrayList<>(adapters.size() * domains.size());
        adapters.forEach(
                adapter -> domains.forEach(domain -> queues.add(new ApQueue(adapter, domain))));
        return queues;
    }

    /** Whether this is one of its queues. */
    public boolean contains(ApQueue queue) {
        return adapters.contains(queue.adapter()) && domains.contains(queue.domain());
    }

    /** {@code "adapters 05, 06; domains 0004; control domains none"}. */
    @Override
    public String toString() {
        return "adapters %s; domains %s; control domains %s"
                .formatted(
                        names(adapters, ApNumbers::adapter),
                        names(domains, ApNumbers::domain),
                        names(controlDomains, ApNumbers::domain));
    }

    private static String names(NavigableSet<Integer> numbers, IntFunction<String> name) {
        return numbers.isEmpty()
                ? "none"
                : numbers.stream().map(name::apply).collect(Collectors.joining(", "));
    }
}
