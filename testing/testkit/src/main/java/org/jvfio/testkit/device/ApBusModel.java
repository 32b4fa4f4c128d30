// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jvfio.linux.Errno;

/**
 * The adjunct processors of an IBM Z: adapters and domains that the host has, who may use their
 * queues, and the driver {@code vfio_ap}, which makes matrices of them.
 *
 * <p>At first all queues are reserved for drivers of the host. Numbers go up to {@link
 * #HIGHEST_ADAPTER} and {@link #HIGHEST_DOMAIN}.
 *
 * <p>It was written from Linux's documentation ({@code Documentation/arch/s390/vfio-ap.rst}), and
 * held against no real kernel: no emulator has the instructions.
 */
public final class ApBusModel {
    /** What {@code ap_max_adapter_id} says. */
    public static final int HIGHEST_ADAPTER = 63;

    /** What {@code ap_max_domain_id} says. */
    public static final int HIGHEST_DOMAIN = 84;

    private static final int MOST_MATRICES = 65_536;

    private final BitSet adapters;
    private final BitSet domains;
    private final ApBits reservedAdapters = ApBits.all();
    private final ApBits reservedDomains = ApBits.all();
    private final List<ApMatrixModel> matrices = new ArrayList<>();
    private boolean takesWholeMatrices = true;

    /** A host that has these adapters with these domains. */
    public ApBusModel(List<Integer> adapters, List<Integer> domains) {
        this.adapters = bits(adapters);
        this.domains = bits(domains);
    }

    private static BitSet bits(List<Integer> numbers) {
        BitSet bits = new BitSet();
        numbers.forEach(bits::set);
        return bits;
    }

    /** Of a kernel before 6.10: a matrix has no file {@code ap_config}. */
    public ApBusModel withoutWholeMatrices() {
        takesWholeMatrices = false;
        return this;
    }

    boolean takesWholeMatrices() {
        return takesWholeMatrices;
    }

    /** The driver, as one whose mediated devices are matrices. */
    public MediatedParent parent() {
        Supplier<VfioModel> maker = () -> new ApMatrixModel(this);
        return new MediatedParent(
                "matrix",
                "/sys/devices/vfio_ap/matrix",
                MOST_MATRICES,
                Errno.EPERM,
                List.of(
                        new MediatedParent.Offer(
                                "vfio_ap-passthrough",
                                "VFIO AP Passthrough Device",
                                Optional.empty(),
                                "vfio-ap",
                                1,
                                maker)));
    }

    /** The queues that the host has, and the driver of each: {@code "05.0004"}. */
    public SortedMap<String, String> queues() {
        SortedMap<String, String> queues = new TreeMap<>();
        adapters.stream()
                .forEach(
                        adapter ->
                                domains.stream()
                                        .forEach(
                                                domain ->
                                                        queues.put(
                                                                name(adapter, domain),
                                                                driver(adapter, domain))));
        return queues;
    }

    static String name(int adapter, int domain) {
        return "%02x.%04x".formatted(adapter, domain);
    }

    private String driver(int adapter, int domain) {
        return isReserved(adapter, domain) ? "cex4queue" : "vfio_ap";
    }

    private boolean isReserved(int adapter, int domain) {
        return reservedAdapters.has(adapter) && reservedDomains.has(domain);
    }

    /** Whether a guest can have the queue: it is there, and bound to {@code vfio_ap}. */
    boolean usable(int adapter, int domain) {
        return adapters.get(adapter) && domains.get(domain) && !isReserved(adapter, domain);
    }

    boolean hasDomain(int domain) {
        return domains.get(domain);
    }

    /** The mask of the adapters that are reserved for drivers of the host. */
    public String apmask() {
        return reservedAdapters.toString();
    }

    /** The mask of the domains that are. */
    public String aqmask() {
        return reservedDomains.toString();
    }

    /** Takes what was written to {@code apmask}: a mask, or {@code "-5,+6"}. */
    public void apmask(String text) {
        reserve(reservedAdapters, text);
    }

    /** Takes what was written to {@code aqmask}. */
    public void aqmask(String text) {
        reserve(reservedDomains, text);
    }

    private void reserve(ApBits mask, String text) {
        BitSet before = mask.copy();
        mask.change(text);
        boolean taken = matrices.stream().anyMatch(matrix -> matrix.hasAny(this::isReserved));
        if (taken) {
            mask.set(before);
            throw new Refusal(Errno.EBUSY);
        }
        matrices.forEach(ApMatrixModel::filter);
    }

    void add(ApMatrixModel matrix) {
        matrices.add(matrix);
    }

    void remove(ApMatrixModel matrix) {
        matrices.remove(matrix);
    }

    /** Refuses a matrix with queues that are the host's or another matrix's. */
    void check(ApMatrixModel matrix) {
        if (matrix.hasAny(this::isReserved)) {
            throw new Refusal(Errno.EADDRNOTAVAIL);
        }
        for (ApMatrixModel other : matrices) {
            if (other != matrix && matrix.hasAny(other::has)) {
                throw new Refusal(Errno.EADDRINUSE);
            }
        }
    }
}
