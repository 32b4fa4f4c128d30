// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.device.ApMask;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.ApQueue;

/**
 * The adjunct processors of a host, as sysfs shows them: which there are, and who may use them.
 *
 * <p>A queue is reserved for the drivers of the host if its adapter is in one mask and its domain
 * in another; all others are {@code vfio_ap}'s, and so can be in a matrix.
 *
 * <p><b>Threads.</b> Immutable: what it answers is read each time.
 *
 * <p>Source: {@code /sys/bus/ap}, {@code Documentation/arch/s390/vfio-ap.rst} of the kernel.
 */
public final class ApBus {
    /** The bus in sysfs. */
    public static final String FOLDER = "/sys/bus/ap";

    /** The device of the driver {@code vfio_ap}, parent of all matrices. */
    public static final String MATRIX = "/sys/devices/vfio_ap/matrix";

    private static final String ADAPTERS = FOLDER + "/apmask";
    private static final String DOMAINS = FOLDER + "/aqmask";

    private final Kernel kernel;
    private final SysfsDevice folder;

    ApBus(Kernel kernel) {
        this.kernel = kernel;
        this.folder = new SysfsDevice(kernel.files(), FOLDER);
    }

    /**
     * Those of a Linux host.
     *
     * @throws VfioException if it is another host
     */
    public static ApBus on(Host host) {
        return new ApBus(LinuxHost.of(host).kernel());
    }

    /** What keeps a host from having matrices, and what to do, in words; empty if nothing does. */
    public Optional<String> obstacle() {
        if (!kernel.files().exists(FOLDER)) {
            return Optional.of(
                    "no "
                            + FOLDER
                            + ": this machine has no AP instructions, which only IBM Z has (in a"
                            + " guest of KVM: -cpu host,ap=on), or the kernel no CONFIG_AP");
        }
        return kernel.files().exists(MATRIX)
                ? Optional.empty()
                : Optional.of(
                        "the driver vfio_ap is not there; load it: modprobe vfio_ap (the kernel"
                                + " needs CONFIG_VFIO_AP)");
    }

    /** The queues that the host has, whoever they are bound to; sorted. */
    public List<ApQueue> queues() {
        return SysfsDevice.list(kernel.files(), FOLDER + "/devices").stream()
                .flatMap(name -> read(name, ApQueue::of).stream())
                .sorted()
                .toList();
    }

    /** The driver that a queue of the host is bound to: {@code "vfio_ap"}. */
    public Optional<String> driver(ApQueue queue) {
        return new SysfsDevice(kernel.files(), FOLDER + "/devices/" + queue).driver();
    }

    /** The highest number that an adapter can have on this machine. */
    public OptionalInt highestAdapter() {
        return folder.number("ap_max_adapter_id");
    }

    /** The highest number that a domain can have on this machine. */
    public OptionalInt highestDomain() {
        return folder.number("ap_max_domain_id");
    }

    /** The queues of a matrix that are reserved for drivers of the host; none can be assigned. */
    public List<ApQueue> reserved(ApMatrix matrix) {
        Optional<ApMask> adapters = folder.text("apmask").flatMap(text -> read(text, ApMask::of));
        Optional<ApMask> domains = folder.text("aqmask").flatMap(text -> read(text, ApMask::of));
        Predicate<ApQueue> both =
                queue ->
                        adapters.map(mask -> mask.numbers().contains(queue.adapter())).orElse(false)
                                && domains.map(mask -> mask.numbers().contains(queue.domain()))
                                        .orElse(false);
        return matrix.queues().stream().filter(both).toList();
    }

    private static <T> Optional<T> read(String text, Function<String, T> reader) {
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    /**
     * Reserves all domains of an adapter for drivers of the host as far as {@link #domain} does, or
     * gives them to {@code vfio_ap}.
     *
     * @throws VfioException if that takes a queue from a matrix, or this process is not root
     */
    public void adapter(int number, boolean reserved) {
        write(ADAPTERS, number, reserved);
    }

    /**
     * Reserves a domain on all adapters for drivers of the host as far as {@link #adapter} does, or
     * gives it to {@code vfio_ap}.
     *
     * @throws VfioException if that takes a queue from a matrix, or this process is not root
     */
    public void domain(int number, boolean reserved) {
        write(DOMAINS, number, reserved);
    }

    private void write(String mask, int number, boolean reserved) {
        SysfsFile.write(kernel, mask, (reserved ? "+" : "-") + number, ApBus::advice);
    }

    private static String advice(Errno errno) {
        if (errno.equals(Errno.EBUSY)) {
            return "a queue of it is in a matrix; take it out of there first (dmesg names both)";
        }
        if (errno.equals(Errno.EACCES) || errno.equals(Errno.EPERM)) {
            return "only root may change who uses queues";
        }
        return errno.meaning();
    }
}
