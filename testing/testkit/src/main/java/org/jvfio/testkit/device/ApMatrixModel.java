// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jvfio.linux.Errno;

/**
 * A matrix of s390x adjunct processors as a mediated device: queues for a guest, and nothing to
 * read or write. What it has stands in sysfs, and is changed there.
 *
 * <pre>
 *   interrupt index
 *   0  the device is wanted back
 *   1  the configuration of the guest's processors changed
 * </pre>
 *
 * <p>As the driver, it gives the guest an adapter only if all queues of the matrix on it are there
 * and bound to {@code vfio_ap}. It was written from Linux's documentation and uAPI, and held
 * against no real kernel.
 */
public final class ApMatrixModel implements VfioModel {
    /** Says something about one queue. */
    @FunctionalInterface
    interface QueuePredicate {
        boolean test(int adapter, int domain);
    }

    private static final int AP_AND_RESET = 1 << 5 | 1;
    private static final int REQUEST = 0;
    private static final int CONFIGURATION_CHANGE = 1;

    private final ApBusModel host;
    private final ApBits adapters = new ApBits();
    private final ApBits domains = new ApBits();
    private final ApBits controlDomains = new ApBits();
    private final ApBits guestAdapters = new ApBits();
    private final ApBits guestDomains = new ApBits();
    private DeviceBus bus = DisconnectedBus.INSTANCE;
    private int resets;

    ApMatrixModel(ApBusModel host) {
        this.host = host;
    }

    /** How often the queues were reset. */
    public int resets() {
        return resets;
    }

    @Override
    public String name() {
        return "ap matrix";
    }

    @Override
    public int flags() {
        return AP_AND_RESET;
    }

    @Override
    public String bus() {
        return "mdev";
    }

    @Override
    public String driver() {
        return "vfio_ap_mdev";
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public boolean needsVirtualMachine() {
        return true;
    }

    @Override
    public List<ModelRegion> regions() {
        return List.of();
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        return List.of(ModelInterrupt.untested(), ModelInterrupt.untested());
    }

    @Override
    public Map<String, String> attributes() {
        Map<String, String> files = new HashMap<>();
        files.put("matrix", lines(adapters, domains));
        files.put("guest_matrix", lines(guestAdapters, guestDomains));
        files.put(
                "control_domains",
                IntStream.of(controlDomains.numbers())
                        .mapToObj("%04x"::formatted)
                        .collect(Collectors.joining("\n")));
        if (host.takesWholeMatrices()) {
            files.put("ap_config", adapters + "," + domains + "," + controlDomains);
        }
        return files;
    }

    private static String lines(ApBits adapters, ApBits domains) {
        StringJoiner lines = new StringJoiner("\n");
        if (domains.isEmpty()) {
            IntStream.of(adapters.numbers()).forEach(a -> lines.add("%02x.".formatted(a)));
        } else if (adapters.isEmpty()) {
            IntStream.of(domains.numbers()).forEach(d -> lines.add(".%04x".formatted(d)));
        }
        for (int adapter : adapters.numbers()) {
            for (int domain : domains.numbers()) {
                lines.add(ApBusModel.name(adapter, domain));
            }
        }
        return lines.toString();
    }

    @Override
    public Map<String, Consumer<String>> writers() {
        Map<String, Consumer<String>> files = new HashMap<>();
        assignment(files, "adapter", adapters, ApBusModel.HIGHEST_ADAPTER);
        assignment(files, "domain", domains, ApBusModel.HIGHEST_DOMAIN);
        assignment(files, "control_domain", controlDomains, ApBusModel.HIGHEST_DOMAIN);
        if (host.takesWholeMatrices()) {
            files.put("ap_config", this::change);
        }
        return files;
    }

    private void assignment(
            Map<String, Consumer<String>> files, String what, ApBits bits, int highest) {
        files.put("assign_" + what, text -> assign(bits, limited(text, highest), true));
        files.put("unassign_" + what, text -> assign(bits, limited(text, highest), false));
    }

    private static int limited(String text, int highest) {
        int number = ApBits.number(text);
        if (number > highest) {
            throw new Refusal(Errno.ENODEV);
        }
        return number;
    }

    private void assign(ApBits bits, int number, boolean value) {
        BitSet before = bits.copy();
        bits.set(number, value);
        try {
            host.check(this);
        } catch (Refusal refused) {
            bits.set(before);
            throw refused;
        }
        filter();
    }

    /** Takes three masks at once, or none of them. */
    private void change(String text) {
        String[] masks = text.strip().split(",", -1);
        if (masks.length != 3) {
            throw new Refusal(Errno.EINVAL);
        }
        List<ApBits> all = List.of(adapters, domains, controlDomains);
        List<BitSet> before = all.stream().map(ApBits::copy).toList();
        List<BitSet> after = List.of(masks).stream().map(ApBits::mask).toList();
        set(all, after);
        try {
            host.check(this);
            checkNumbers();
        } catch (Refusal refused) {
            set(all, before);
            throw refused;
        }
        filter();
    }

    private static void set(List<ApBits> all, List<BitSet> values) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).set(values.get(i));
        }
    }

    private void checkNumbers() {
        if (adapters.highest() > ApBusModel.HIGHEST_ADAPTER
                || domains.highest() > ApBusModel.HIGHEST_DOMAIN
                || controlDomains.highest() > ApBusModel.HIGHEST_DOMAIN) {
            throw new Refusal(Errno.ENODEV);
        }
    }

    /** Whether a queue is assigned. */
    boolean has(int adapter, int domain) {
        return adapters.has(adapter) && domains.has(domain);
    }

    /** Whether one of its queues is so. */
    boolean hasAny(QueuePredicate so) {
        return IntStream.of(adapters.numbers())
                .anyMatch(a -> IntStream.of(domains.numbers()).anyMatch(d -> so.test(a, d)));
    }

    /** Gives the guest what it can have, and says so if that changed. */
    void filter() {
        String before = lines(guestAdapters, guestDomains);
        BitSet possible = new BitSet();
        IntStream.of(domains.numbers()).filter(host::hasDomain).forEach(possible::set);
        guestDomains.set(possible);
        BitSet whole = new BitSet();
        IntStream.of(adapters.numbers())
                .filter(a -> possible.stream().allMatch(d -> host.usable(a, d)))
                .forEach(whole::set);
        guestAdapters.set(whole);
        if (!lines(guestAdapters, guestDomains).equals(before)) {
            bus.signal(CONFIGURATION_CHANGE);
        }
    }

    @Override
    public void connect(DeviceBus machine) {
        bus = machine;
        host.add(this);
    }

    @Override
    public void wantedBack() {
        bus.signal(REQUEST);
    }

    @Override
    public void unplugged() {
        host.remove(this);
    }

    @Override
    public void read(int region, long position, byte[] target) {
        throw new Refusal(Errno.EINVAL);
    }

    @Override
    public void write(int region, long position, byte[] source) {
        throw new Refusal(Errno.EINVAL);
    }

    @Override
    public void reset() {
        resets++;
    }
}
