// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jvfio.Host;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.Sockets;
import org.jvfio.testkit.device.DeviceModel;
import org.jvfio.testkit.device.DmaFault;
import org.jvfio.testkit.kernel.Machine;
import org.jvfio.testkit.kernel.OpenFile;
import org.jvfio.testkit.kernel.PollSet;
import org.jvfio.testkit.kernel.Refused;

/**
 * A simulated Linux: the system calls that jvfio makes, on a machine of simulated devices.
 *
 * <p>Memory is this process's own, so devices read and write what the caller sees. A device reaches
 * only what is mapped for it, with the permission that it has; anything else is one of {@link
 * #faults()} and changes no byte. Descriptors are numbers of this kernel alone.
 *
 * <p>A mapped BAR is plain memory that a thread watches ({@link org.jvfio.testkit.device.Bar}):
 * what is stored there takes effect a moment later, and a value that is there already takes none.
 *
 * <p><b>Failure.</b> As in {@link Kernel}. An argument that points to nothing takes the JVM down.
 * <b>Threads.</b> Safe for use by several threads; one call is worked on at a time.
 * <b>Lifetime.</b> The thread runs while a BAR is mapped, until {@link #close} at the latest.
 */
public final class SimKernel implements Kernel, AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Machine machine;
    private final int pageSize;
    private final FileTree files;
    private final Sockets sockets;
    private final Host host;
    private final CallLog calls = new CallLog();
    private final PlannedFailures failures = new PlannedFailures();

    SimKernel(Machine machine, int pageSize) {
        this.machine = machine;
        this.pageSize = pageSize;
        this.host = LinuxHost.simulated(this, pageSize);
        this.files = new SimFileTree(machine);
        this.sockets = new SimSockets(this, machine);
    }

    /** A machine with nothing plugged in yet. */
    public static SimKernelBuilder builder() {
        return new SimKernelBuilder();
    }

    /** The host whose kernel this is: the same one each time. */
    public Host host() {
        return host;
    }

    @Override
    public String name() {
        return "simulated kernel";
    }

    @Override
    public Abi abi() {
        return machine.abi();
    }

    @Override
    public FileTree files() {
        return files;
    }

    @Override
    public Sockets sockets() {
        return sockets;
    }

    /** Makes a call about a path, or about a descriptor's file, as every other is made. */
    long called(String name, Object about, LongSupplier body) {
        return locked(() -> call(name, about instanceof Integer fd ? target(fd) : about, body));
    }

    /** Makes a call with the lock held, unless it is to fail, and notes what came of it. */
    private long call(String name, Object target, LongSupplier body) {
        Optional<Errno> failure = failures.next(name);
        return calls.note(name, target, failure.isPresent() ? refusal(failure) : result(body));
    }

    private static long refusal(Optional<Errno> failure) {
        return -failure.orElseThrow().number();
    }

    private static long result(LongSupplier body) {
        try {
            return body.getAsLong();
        } catch (Refused refused) {
            return refused.result();
        }
    }

    private long locked(LongSupplier body) {
        machine.lock().lock();
        try {
            machine.settle();
            return body.getAsLong();
        } finally {
            machine.lock().unlock();
        }
    }

    /** What a call is about: the file, or else words. */
    private Object target(int fd) {
        Optional<OpenFile> file = machine.descriptors().find(fd);
        return file.isPresent() ? file.get() : "descriptor " + fd;
    }

    private OpenFile file(int fd) {
        return machine.descriptors().get(fd);
    }

    @Override
    public int open(String path, int flags) {
        return (int)
                locked(
                        () ->
                                call(
                                        "open",
                                        path,
                                        () -> machine.descriptors().open(machine.files(), path)));
    }

    @Override
    public int close(int fd) {
        return (int) locked(() -> calls.note("close", target(fd), closeOnce(fd)));
    }

    /** Closes a descriptor; as in Linux, it is gone even where this fails. */
    private long closeOnce(int fd) {
        Optional<Errno> failure = failures.next("close");
        long result =
                result(
                        () -> {
                            machine.descriptors().close(fd);
                            return 0;
                        });
        return failure.isPresent() ? refusal(failure) : result;
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return (int)
                locked(
                        () ->
                                call(
                                        nameOf(fd, request),
                                        target(fd),
                                        () -> file(fd).ioctl(request, argument)));
    }

    private String nameOf(int fd, long request) {
        return machine.descriptors()
                .find(fd)
                .map(file -> file.requestName(request))
                .orElse("ioctl");
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        boolean anonymous = (flags & Fcntl.MAP_ANONYMOUS) != 0;
        return locked(
                () ->
                        call(
                                "mmap",
                                anonymous ? "" : target(fd),
                                () -> {
                                    OpenFile file = anonymous ? null : file(fd);
                                    check(length > 0 && offset % pageSize == 0);
                                    return file == null
                                            ? machine.mapAnonymous(
                                                    address, length, protection, flags)
                                            : file.mmap(address, length, protection, flags, offset);
                                }));
    }

    private static void check(boolean valid) {
        if (!valid) {
            throw new Refused(Errno.EINVAL);
        }
    }

    @Override
    public int munmap(long address, long length) {
        return (int)
                locked(
                        () ->
                                call(
                                        "munmap",
                                        "",
                                        () -> {
                                            check(length > 0 && address % pageSize == 0);
                                            machine.unmap(address, length);
                                            return 0;
                                        }));
    }

    @Override
    public int madvise(long address, long length, int advice) {
        long answer =
                locked(
                        () ->
                                call(
                                        "madvise",
                                        "",
                                        () -> machine.checkAdvice(address, length, advice)));
        // Without the lock: bringing pages in takes long, and several threads share it.
        return answer < 0 ? (int) answer : machine.advise(address, length, advice);
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        return locked(() -> call("pread", target(fd), () -> file(fd).pread(buffer, count, offset)));
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        return locked(
                () -> call("pwrite", target(fd), () -> file(fd).pwrite(buffer, count, offset)));
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return locked(() -> call("read", target(fd), () -> file(fd).read(buffer, count)));
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return locked(() -> call("write", target(fd), () -> file(fd).write(buffer, count)));
    }

    @Override
    public int eventfd(int initial, int flags) {
        return (int)
                locked(
                        () ->
                                call(
                                        "eventfd",
                                        "",
                                        () ->
                                                machine.descriptors()
                                                        .add(
                                                                machine.newEventFile(
                                                                        initial, flags))));
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return (int)
                locked(
                        () ->
                                call(
                                        "poll",
                                        "",
                                        () ->
                                                new PollSet(machine, pollfds, count)
                                                        .await(timeoutMillis * NANOS_PER_MILLI)));
    }

    /**
     * The calls that were made, in order, since the machine was built or they were forgotten; of
     * very many, the last ones.
     */
    public List<SystemCall> requests() {
        machine.lock().lock();
        try {
            machine.settle();
            return calls.all();
        } finally {
            machine.lock().unlock();
        }
    }

    /** The names of {@link #requests()}. */
    public List<String> requestNames() {
        return requests().stream().map(SystemCall::name).toList();
    }

    /** Forgets the calls that were made. */
    public void forgetRequests() {
        locked(
                () -> {
                    calls.clear();
                    return 0;
                });
    }

    private <T> List<T> snapshot(Supplier<List<T>> live) {
        machine.lock().lock();
        try {
            machine.settle();
            return live.get();
        } finally {
            machine.lock().unlock();
        }
    }

    /** What devices were not allowed to do, oldest first. */
    public List<DmaFault> faults() {
        return snapshot(() -> List.copyOf(machine.faults()));
    }

    /** What is mapped for devices, in whichever container or IOAS, each lowest address first. */
    public List<Mapping> mappings() {
        return snapshot(
                () -> machine.domains().stream().flatMap(d -> d.mappings().stream()).toList());
    }

    /** The ranges of {@link #mappings()}. */
    public List<IovaRange> mappedRanges() {
        return mappings().stream().map(Mapping::range).toList();
    }

    /** The bytes that are pinned for devices, counted as often as they are pinned. */
    public long pinnedBytes() {
        return locked(() -> machine.lockedBytes() + machine.pinnedBytes());
    }

    /** The descriptors that are open, each as {@code "100000 /dev/iommu"}, lowest first. */
    public List<String> openDescriptors() {
        return Leftovers.descriptors(machine);
    }

    /** What the process still has of the machine, in words; empty if it gave everything back. */
    public List<String> leftovers() {
        return Leftovers.of(machine);
    }

    /**
     * Checks that the process gave everything back: descriptors, mapped BARs, mappings and pins.
     *
     * @throws AssertionError if not; the message says what is left
     */
    public void assertNothingLeft() {
        List<String> left = leftovers();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + String.join("; ", left));
        }
    }

    /**
     * Refuses the next call of this name, and has it do nothing; but {@code close} closes.
     *
     * @param name as in {@link SystemCall#name()}
     */
    public void failNext(String name, Errno errno) {
        plan(() -> failures.failNext(name, errno));
    }

    /** Refuses the call after {@code calls} more, as {@link #failNext}, whatever it is. */
    public void failAfter(int calls, Errno errno) {
        plan(() -> failures.failAfter(calls, errno));
    }

    /** Whether every refusal that was planned has happened. */
    public boolean hasFailedAsPlanned() {
        return locked(() -> failures.isEmpty() ? 1 : 0) == 1;
    }

    /**
     * Makes a file of memory, as {@code memfd_create(2)} and {@code ftruncate(2)} do.
     *
     * @return its descriptor, which this kernel's {@code mmap} takes, and an iommufd
     */
    public int memoryFile(long bytes) {
        return (int) locked(() -> machine.descriptors().add(machine.newMemoryFile(bytes)));
    }

    /**
     * Sets how many mappings a container takes that gets its IOMMU from now on: {@code
     * vfio_iommu_type1.dma_entry_limit}.
     */
    public void limitMappings(int mappings) {
        plan(() -> machine.mappingLimit(mappings));
    }

    /** Sets how many descriptors the process may have open. */
    public void limitDescriptors(int descriptors) {
        plan(() -> machine.descriptors().limit(descriptors));
    }

    /** Sets {@code RLIMIT_MEMLOCK}, for a process that may not lock what it likes. */
    public void limitLockedMemory(long bytes) {
        plan(() -> machine.lockedMemoryLimit(bytes));
    }

    /** Makes the process one of another user, to the sockets that it uses from now on. */
    public void user(int uid, int gid) {
        plan(() -> machine.user(uid, gid));
    }

    /** Lets nothing be at a path: {@code "/dev/iommu"}. */
    public void hide(String path) {
        plan(() -> machine.files().hide(path));
    }

    /** Lets the process neither open nor read what is at a path. */
    public void deny(String path) {
        plan(() -> machine.files().deny(path));
    }

    /**
     * Writes an attribute of sysfs, as {@code echo} does.
     *
     * @return how many bytes were written, or a negated errno
     */
    public int write(String path, String text) {
        return (int)
                locked(
                        () ->
                                result(
                                        () -> {
                                            machine.files().write(path, text);
                                            return text.length();
                                        }));
    }

    /**
     * Makes virtual functions of a physical one, bound to its driver and each in a group of its
     * own; 0 takes them away, and waits until nobody has them open. The same as writing {@code
     * sriov_numvfs}, which can be opened and written as well.
     *
     * @throws IllegalStateException if the kernel refuses, with its answer
     */
    public void enableVirtualFunctions(String physical, int number) {
        String path = "/sys/bus/pci/devices/" + physical + "/sriov_numvfs";
        int written = write(path, Integer.toString(number));
        if (written < 0) {
            throw new IllegalStateException(path + ": " + Errno.of(-written));
        }
    }

    /**
     * Lets time pass: what is due happens, and waits end whose time is over.
     *
     * @throws IllegalStateException if the clock is not {@link SimTime#MANUAL}
     */
    public void advance(Duration time) {
        if (locked(() -> machine.advance(time) ? 1 : 0) == 0) {
            throw new IllegalStateException("the clock of this kernel is the machine's own");
        }
    }

    private void plan(Runnable change) {
        locked(
                () -> {
                    change.run();
                    return 0;
                });
    }

    /**
     * The model behind a device.
     *
     * @throws IllegalArgumentException if there is no such device, or it is of another type
     */
    public <M extends DeviceModel> M model(String name, Class<M> type) {
        machine.lock().lock();
        try {
            machine.settle();
            return machine.device(name)
                    .map(device -> device.model())
                    .filter(type::isInstance)
                    .map(type::cast)
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            name + ": no " + type.getSimpleName() + " there"));
        } finally {
            machine.lock().unlock();
        }
    }

    /** Ends the thread that watches mapped BARs. Descriptors and mappings stay as they are. */
    @Override
    public void close() {
        machine.stop();
    }
}
