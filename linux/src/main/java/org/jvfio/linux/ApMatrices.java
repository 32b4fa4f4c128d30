// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.jvfio.Host;
import org.jvfio.VfioException;
import org.jvfio.device.ApMatrix;
import org.jvfio.spi.Teardown;

/**
 * The matrices of cryptographic queues that a host has for guests: made, changed and removed.
 *
 * <pre>{@code
 * ApMatrices matrices = ApMatrices.on(host);
 * UUID name = UUID.randomUUID();
 * matrices.create(name, ApMatrix.EMPTY.withAdapters(5, 6).withDomains(4, 0x47));
 * ApDevice matrix = vfio.addressSpace().attach(MdevAddress.ap(name));
 * }</pre>
 *
 * <p><b>Failure.</b> {@link VfioException} says which queue is refused, and why: it is reserved for
 * drivers of the host ({@link ApBus}), it is in another matrix, or the machine has no such adapter
 * or domain. A matrix is then as it was before. <b>Threads.</b> Immutable: what it answers is read
 * each time.
 *
 * <p>Source: {@code Documentation/arch/s390/vfio-ap.rst} of the kernel.
 */
public final class ApMatrices {
    static final String DEVICE_API = "vfio-ap";
    static final String BUS = "ap";

    private final Kernel kernel;
    private final ApBus bus;

    ApMatrices(Kernel kernel) {
        this.kernel = kernel;
        this.bus = new ApBus(kernel);
    }

    /**
     * Those of a Linux host.
     *
     * @throws VfioException if it is another host
     */
    public static ApMatrices on(Host host) {
        return new ApMatrices(LinuxHost.of(host).kernel());
    }

    /** The names of the matrices that there are, sorted. */
    public Stream<UUID> names() {
        return nodes().devices().stream().map(node -> UUID.fromString(node.name()));
    }

    /** The matrices as devices, before anybody opens one. */
    public MdevNodes nodes() {
        return new MdevNodes(kernel.files(), BUS, DEVICE_API);
    }

    /**
     * Makes a matrix, which stays until it is removed.
     *
     * @throws VfioException also if there is a mediated device of this name, this host can have no
     *     matrices, or this process is not root; there is none then
     */
    public void create(UUID name, ApMatrix matrix) {
        MdevType type =
                new MdevTypes(kernel)
                        .list().stream()
                                .filter(offered -> offered.deviceApi().equals(DEVICE_API))
                                .findFirst()
                                .orElseThrow(() -> none(name));
        type.create(name);
        try {
            change(name, matrix);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, () -> remove(name));
        }
    }

    private VfioException none(UUID name) {
        return new VfioException(
                "matrix " + name,
                "create",
                bus.obstacle().orElse(ApBus.MATRIX + " offers no type of mediated devices"));
    }

    /**
     * Takes a matrix away. This waits while somebody has it open, who is asked to close it.
     *
     * @throws VfioException if there is no such matrix, or this process is not root
     */
    public void remove(UUID name) {
        new MdevTypes(kernel).remove(name);
    }

    /**
     * What is assigned to a matrix.
     *
     * @throws VfioException if there is no such matrix
     */
    public ApMatrix matrix(UUID name) {
        return read(folder(name), "matrix", text(folder(name), "control_domains"));
    }

    /**
     * What a guest that has the matrix has of it, without control domains.
     *
     * @throws VfioException if there is no such matrix, or the kernel does not tell (before 6.0)
     */
    public ApMatrix guestMatrix(UUID name) {
        return read(folder(name), "guest_matrix", "");
    }

    private static ApMatrix read(SysfsDevice folder, String file, String controlDomains) {
        try {
            return ApMatrix.ofLists(text(folder, file), controlDomains);
        } catch (IllegalArgumentException garbage) {
            throw new VfioException(
                    folder.path() + "/" + file, "read", String.valueOf(garbage.getMessage()));
        }
    }

    private static String text(SysfsDevice folder, String file) {
        try {
            return folder.files().read(folder.path() + "/" + file);
        } catch (KernelException refused) {
            throw refused.about(
                    folder.path() + "/" + file,
                    refused.errno().equals(Errno.ENOENT)
                            ? "no such matrix, or the kernel is too old for this file"
                            : refused.errno().meaning());
        }
    }

    /** Assigns and takes away what differs from {@code wanted}; a guest sees it at once. */
    public void change(UUID name, ApMatrix wanted) {
        SysfsDevice folder = folder(name);
        if (kernel.files().exists(folder.path() + "/ap_config")) {
            SysfsFile.write(
                    kernel,
                    folder.path() + "/ap_config",
                    wanted.toMasks(),
                    "(" + wanted + ")",
                    errno -> advice(errno, name, wanted));
            return;
        }
        ApMatrix before = matrix(name);
        ApSteps steps = ApSteps.between(before, wanted);
        try {
            steps.run(kernel, folder.path(), errno -> advice(errno, name, wanted));
        } catch (VfioException refused) {
            throw Teardown.after(
                    refused,
                    () ->
                            ApSteps.between(matrix(name), before)
                                    .run(kernel, folder.path(), Errno::meaning));
        }
    }

    private SysfsDevice folder(UUID name) {
        return new SysfsDevice(kernel.files(), MdevNodes.DEVICES + name);
    }

    private String advice(Errno errno, UUID name, ApMatrix wanted) {
        if (errno.equals(Errno.EADDRNOTAVAIL)) {
            return beyond(wanted) ? highest() : reserved(wanted);
        }
        if (errno.equals(Errno.EADDRINUSE) || errno.equals(Errno.EBUSY)) {
            return elsewhere(name, wanted)
                    .orElse(
                            "the kernel is about to change who uses queues, or (before Linux 6.0) a"
                                    + " guest has the matrix; try later");
        }
        if (errno.equals(Errno.ENODEV)) {
            return highest();
        }
        if (errno.equals(Errno.EACCES) || errno.equals(Errno.EPERM)) {
            return "only root may change a matrix";
        }
        return errno.equals(Errno.ENOENT) ? "there is no such matrix" : errno.meaning();
    }

    /** Whether it has numbers that the machine does not have; the kernel may see that last. */
    private boolean beyond(ApMatrix wanted) {
        return beyond(wanted.adapters(), bus.highestAdapter())
                || beyond(wanted.domains(), bus.highestDomain())
                || beyond(wanted.controlDomains(), bus.highestDomain());
    }

    private static boolean beyond(NavigableSet<Integer> numbers, OptionalInt highest) {
        return !numbers.isEmpty() && highest.isPresent() && numbers.last() > highest.getAsInt();
    }

    private String highest() {
        return "this machine's highest adapter is %s, its highest domain %s"
                .formatted(text(bus.highestAdapter()), text(bus.highestDomain()));
    }

    private static String text(OptionalInt highest) {
        return highest.isPresent() ? Integer.toString(highest.getAsInt()) : "not known";
    }

    /** Which queue the host has for itself; the kernel says only that there is one. */
    private String reserved(ApMatrix wanted) {
        return bus.reserved(wanted).stream()
                .findFirst()
                .map(
                        queue ->
                                "queue %s is reserved for drivers of the host; give it to vfio_ap:"
                                                .formatted(queue)
                                        + " echo -%d > %s/apmask, or echo -%d > %s/aqmask"
                                                .formatted(
                                                        queue.adapter(),
                                                        ApBus.FOLDER,
                                                        queue.domain(),
                                                        ApBus.FOLDER))
                .orElse("a queue of it is reserved for drivers of the host, see " + ApBus.FOLDER);
    }

    /** Which other matrix has a queue already, and which queue. */
    private Optional<String> elsewhere(UUID name, ApMatrix wanted) {
        return names().filter(other -> !other.equals(name))
                .flatMap(other -> shared(other, wanted))
                .findFirst();
    }

    private ApMatrix matrixIfThere(UUID name) {
        try {
            return matrix(name);
        } catch (VfioException goneMeanwhile) {
            return ApMatrix.EMPTY;
        }
    }

    private Stream<String> shared(UUID other, ApMatrix wanted) {
        ApMatrix there = matrixIfThere(other);
        return wanted.queues().stream()
                .filter(there::contains)
                .limit(1)
                .map(queue -> "queue " + queue + " is in matrix " + other + "; take it out there");
    }
}
