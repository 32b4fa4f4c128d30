// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every binding to this machine's own kernel does, checked against that kernel. */
@Timeout(60)
public abstract class HostKernelContract {
    private static final int PAGE = 65536; // A multiple of every architecture's page size.
    private static final int MOST_ROUNDS = 100;
    private static final int CALLS_PER_ROUND = 10_000;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
    private final long address = ProcessMemory.addressOf(memory);

    @TempDir Path folder;

    private Kernel kernel;
    private OpenDescriptors descriptors;

    /** The binding under test. */
    protected abstract Kernel kernel(FileTree files);

    @BeforeEach
    void rememberDescriptors() {
        kernel = kernel(new RealFileTree());
        kernel.close(-1); // Whatever the binding opens for itself is open after this.
        descriptors = new OpenDescriptors();
    }

    @AfterEach
    void everyDescriptorIsClosed() {
        descriptors.assertNoneNew();
    }

    @Test
    void namesTheMachineAndItsConventions() {
        assertEquals(Abi.host(), kernel.abi());
        assertTrue(kernel.name().startsWith("Linux "), kernel.name());
        assertTrue(
                kernel.name().endsWith(Abi.host().name().toLowerCase(Locale.ROOT)), kernel.name());
    }

    @Test
    void openedFilesDoNotPassToOtherPrograms() {
        int fd = opened("/dev/null", Fcntl.O_RDWR);

        int flags = OpenDescriptors.flagsOf(fd);

        assertEquals(Fcntl.O_CLOEXEC, flags & Fcntl.O_CLOEXEC);
        assertEquals(Fcntl.O_RDWR, flags & 3);
        closed(fd);
    }

    @Test
    void openTellsWhyItWasRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertEquals(refused(Errno.ENOENT), kernel.open(folder + "/none", 0));
        assertEquals(refused(Errno.ENOTDIR), kernel.open(file + "/below", 0));
        assertEquals(-21, kernel.open(folder.toString(), Fcntl.O_RDWR), "EISDIR");
    }

    @Test
    void aPathThatCCannotSeeWholeIsNotOpened() {
        assertThrows(IllegalArgumentException.class, () -> kernel.open("/dev/null\0x", 0));
    }

    @Test
    void closeFreesTheDescriptorOnce() {
        int fd = opened("/dev/null", 0);

        assertEquals(0, kernel.close(fd));
        assertEquals(refused(Errno.EBADF), kernel.close(fd));
    }

    @Test
    void eventfdCountsAndDoesNotPassToOtherPrograms() {
        int fd = eventfd(3, 0);

        assertEquals(Fcntl.O_CLOEXEC, OpenDescriptors.flagsOf(fd) & Fcntl.O_CLOEXEC);
        memory.putLong(0, 4);
        assertEquals(8, kernel.write(fd, address, 8));
        assertEquals(8, kernel.read(fd, address, 8));
        assertEquals(7, memory.getLong(0));
        closed(fd);
    }

    @Test
    void eventfdWithoutWaitingSaysTryAgain() {
        int fd = eventfd(0, Fcntl.EFD_NONBLOCK);

        assertEquals(refused(Errno.EAGAIN), kernel.read(fd, address, 8));
        closed(fd);
    }

    @Test
    void pollTellsWhichFilesAreReady() {
        int idle = eventfd(0, 0);
        int ready = eventfd(1, 0);
        memory.putInt(0, idle).putShort(4, (short) Fcntl.POLLIN).putShort(6, (short) -1);
        memory.putInt(8, ready).putShort(12, (short) Fcntl.POLLIN).putShort(14, (short) 0);

        assertEquals(1, kernel.poll(address, 2, -1));
        assertEquals(0, memory.getShort(6));
        assertEquals(Fcntl.POLLIN, memory.getShort(14));
        assertEquals(0, kernel.poll(address, 1, 1), "nothing within a millisecond");
        closed(idle);
        closed(ready);
    }

    @Test
    void aReadThatWaitsHoldsUpOnlyItsCaller() throws Exception {
        int fd = eventfd(0, 0);
        CompletableFuture<Path> reader = new CompletableFuture<>();
        CompletableFuture<Long> read =
                CompletableFuture.supplyAsync(
                        () -> {
                            reader.complete(thisThread());
                            return readCount(fd);
                        });

        awaitSleep(reader.get(30, TimeUnit.SECONDS));
        System.gc(); // Needs every thread at a safepoint; a thread in a critical call is not.
        memory.putLong(0, 9);
        assertEquals(8, kernel.write(fd, address, 8));

        assertEquals(9L, read.get(30, TimeUnit.SECONDS));
        closed(fd);
    }

    /** The caller's folder in procfs. */
    private static Path thisThread() {
        try {
            return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Waits until the kernel says that a thread sleeps; the test's own time limit ends it. */
    private static void awaitSleep(Path thread) throws IOException {
        while (!Files.readString(thread.resolve("stat")).matches("(?s).*\\) S .*")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void readsAndWritesAnywhereInAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("sparse"));
        int fd = opened(file.toString(), Fcntl.O_RDWR);
        long beyondInt = 5L << 30;
        memory.putLong(0, 0x0123456789abcdefL);

        assertEquals(8, kernel.pwrite(fd, address, 8, beyondInt));
        assertEquals(8, kernel.pread(fd, address + 8, 8, beyondInt));
        assertEquals(0x0123456789abcdefL, memory.getLong(8));
        assertEquals(beyondInt + 8, Files.size(file));
        assertEquals(0, kernel.pread(fd, address, 8, beyondInt + 8), "end of file");
        assertEquals(refused(Errno.EINVAL), kernel.pread(fd, address, 8, -1));
        assertEquals(refused(Errno.EFAULT), kernel.pwrite(fd, 0, 8, 0));
        closed(fd);
    }

    @Test
    void readAndWriteMoveThroughAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "ab");
        int fd = opened(file.toString(), Fcntl.O_RDWR);

        assertEquals(1, kernel.read(fd, address, 1));
        memory.put(1, (byte) 'z');
        assertEquals(1, kernel.write(fd, address + 1, 1));
        assertEquals('a', memory.get(0));
        assertEquals("az", Files.readString(file));
        closed(fd);
    }

    @Test
    void mappedMemoryIsMemory() {
        long mapped =
                kernel.mmap(
                        0,
                        PAGE,
                        Fcntl.PROT_READ | Fcntl.PROT_WRITE,
                        Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS,
                        -1,
                        0);
        ByteBuffer view = ProcessMemory.view(mapped, PAGE);

        assertEquals(0, view.getLong(PAGE - 8));
        assertEquals(ByteOrder.nativeOrder(), view.order());
        assertEquals(mapped, ProcessMemory.addressOf(view));
        view.putLong(8, 42);
        assertEquals(42, ProcessMemory.view(mapped + 8, 8).getLong(0));
        assertEquals(0, kernel.munmap(mapped, PAGE));
    }

    @Test
    void mappedFileIsTheFile() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[2 * PAGE]);
        int fd = opened(file.toString(), Fcntl.O_RDWR);
        int access = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        long mapped = kernel.mmap(0, PAGE, access, Fcntl.MAP_SHARED, fd, PAGE);

        ProcessMemory.view(mapped, PAGE).put(3, "seen".getBytes(StandardCharsets.US_ASCII));

        assertEquals(4, kernel.pread(fd, address, 4, PAGE + 3));
        assertEquals('s', memory.get(0));
        assertEquals(0, kernel.munmap(mapped, PAGE));
        closed(fd);
    }

    @Test
    void anonymousMemoryCanBeLaidOverAMapping() {
        int anonymous = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        int access = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        long mapped = kernel.mmap(0, 2 * PAGE, access, anonymous, -1, 0);
        ByteBuffer view = ProcessMemory.view(mapped, 2 * PAGE);
        view.put(0, (byte) 1).put(PAGE, (byte) 2);

        long over = kernel.mmap(mapped, PAGE, Fcntl.PROT_READ, anonymous | Fcntl.MAP_FIXED, -1, 0);

        assertEquals(mapped, over);
        assertEquals(0, view.get(0));
        assertEquals(2, view.get(PAGE));
        assertEquals(0, kernel.munmap(mapped, 2 * PAGE));
    }

    @Test
    void populatedMemoryIsMemoryAndHolesAreRefused() {
        int anonymous = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        long mapped =
                kernel.mmap(0, 2 * PAGE, Fcntl.PROT_READ | Fcntl.PROT_WRITE, anonymous, -1, 0);
        ProcessMemory.view(mapped, PAGE).put(5, (byte) 9);

        assertEquals(0, kernel.madvise(mapped, 2 * PAGE, Fcntl.MADV_POPULATE_WRITE));

        assertEquals(9, ProcessMemory.view(mapped, PAGE).get(5));
        assertEquals(0, kernel.munmap(mapped + PAGE, PAGE));
        int populate = Fcntl.MADV_POPULATE_READ;
        assertEquals(refused(Errno.ENOMEM), kernel.madvise(mapped, 2 * PAGE, populate));
        assertEquals(refused(Errno.EINVAL), kernel.madvise(mapped + 1, PAGE, populate));
        assertEquals(0, kernel.munmap(mapped, PAGE));
    }

    @Test
    void mappingIsRefusedWithItsErrno() {
        int access = Fcntl.PROT_READ;

        assertEquals(refused(Errno.EBADF), kernel.mmap(0, PAGE, access, Fcntl.MAP_SHARED, -1, 0));
        assertEquals(
                refused(Errno.EINVAL),
                kernel.mmap(0, 0, access, Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS, -1, 0));
        assertEquals(refused(Errno.EINVAL), kernel.munmap(1, PAGE));
    }

    @Test
    void ioctlFillsWhatItsArgumentPointsTo() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "twelve bytes");
        int fd = opened(file.toString(), 0);

        assertEquals(0, kernel.ioctl(fd, fionread(), address));
        assertEquals(12, memory.getInt(0));
        closed(fd);
    }

    @Test
    void ioctlTellsWhyItWasRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        int fd = opened(file.toString(), 0);

        assertEquals(refused(Errno.EFAULT), kernel.ioctl(fd, fionread(), 0));
        assertEquals(refused(Errno.ENOTTY), kernel.ioctl(fd, kernel.abi().io('?', 250), 0));
        closed(fd);
        assertEquals(refused(Errno.EBADF), kernel.ioctl(fd, fionread(), address));
    }

    @Test
    void ioctlPassesAStructInAndNumbersBothWays() {
        Assumptions.assumeTrue(
                kernel.files().mayReadAndWrite("/dev/kvm"), "needs /dev/kvm to be there");
        int kvm = opened("/dev/kvm", Fcntl.O_RDWR);
        int machine = kernel.ioctl(kvm, kernel.abi().io(0xae, 0x01), 0);
        assertTrue(machine >= 0, () -> "KVM_CREATE_VM: " + Errno.of(-machine));
        long guest = kernel.mmap(0, PAGE, 3, Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS, -1, 0);
        long setMemory = kernel.abi().iow(0xae, 0x46, 32);
        memory.putInt(0, 0).putInt(4, 0).putLong(8, 0).putLong(16, PAGE).putLong(24, guest);

        assertEquals(12, kernel.ioctl(kvm, kernel.abi().io(0xae, 0x00), 0), "KVM_API_VERSION");
        assertEquals(0, kernel.ioctl(machine, setMemory, address));
        memory.putLong(24, guest + 1);
        assertEquals(refused(Errno.EINVAL), kernel.ioctl(machine, setMemory, address));

        closed(machine);
        closed(kvm);
        assertEquals(0, kernel.munmap(guest, PAGE));
    }

    @Test
    void errnoIsThatOfTheCallingThread() throws Exception {
        int eventfd = eventfd(0, Fcntl.EFD_NONBLOCK);
        List<CompletableFuture<Void>> threads = new ArrayList<>();

        threads.add(repeat(Errno.EAGAIN, () -> kernel.read(eventfd, address, 8)));
        threads.add(repeat(Errno.EBADF, () -> kernel.close(-1)));
        threads.add(repeat(Errno.ENOENT, () -> kernel.open("/none", 0)));
        threads.add(repeat(Errno.ENOTTY, () -> kernel.ioctl(eventfd, 0x3b64, 0)));
        threads.add(repeat(Errno.EINVAL, () -> kernel.munmap(1, 1)));

        for (CompletableFuture<Void> thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }
        closed(eventfd);
    }

    @Test
    void callsAllocateNothingOnceTheyAreCompiled() {
        int fd = eventfd(1, Fcntl.EFD_NONBLOCK);
        long perCall = Long.MAX_VALUE;

        for (int round = 0; round < MOST_ROUNDS && perCall > 0; round++) {
            long before = allocatedByThisThread();
            callAll(fd, CALLS_PER_ROUND);
            perCall = (allocatedByThisThread() - before) / CALLS_PER_ROUND;
        }

        assertEquals(0, perCall);
        closed(fd);
    }

    private void callAll(int fd, int times) {
        memory.putInt(32, fd).putShort(36, (short) Fcntl.POLLIN);
        for (int i = 0; i < times; i++) {
            kernel.ioctl(fd, 0x3b64, 0);
            kernel.read(fd, address, 8);
            memory.putLong(0, 1);
            kernel.write(fd, address, 8);
            kernel.poll(address + 32, 1, 0);
            kernel.pread(fd, address, 8, 0);
            kernel.munmap(1, 1);
        }
    }

    private static long allocatedByThisThread() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private interface Call {
        long answer();
    }

    private static CompletableFuture<Void> repeat(Errno expected, Call call) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            for (int i = 0; i < 20_000; i++) {
                                long answer = call.answer();
                                if (answer != -expected.number()) {
                                    done.completeExceptionally(
                                            new AssertionError(expected + ": " + answer));
                                }
                            }
                            done.complete(null);
                        });
        thread.start();
        return done;
    }

    private long readCount(int fd) {
        ByteBuffer count = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        assertEquals(8, kernel.read(fd, ProcessMemory.addressOf(count), 8));
        return count.getLong(0);
    }

    private long fionread() {
        return kernel.abi() == Abi.PPC64LE ? kernel.abi().ior('f', 127, 4) : 0x541b;
    }

    private int opened(String path, int flags) {
        int fd = kernel.open(path, flags);
        assertTrue(fd >= 0, () -> path + ": " + Errno.of(-fd));
        return fd;
    }

    private int eventfd(int initial, int flags) {
        int fd = kernel.eventfd(initial, flags);
        assertTrue(fd >= 0, () -> "eventfd: " + Errno.of(-fd));
        return fd;
    }

    private void closed(int fd) {
        assertEquals(0, kernel.close(fd));
    }

    private static int refused(Errno errno) {
        return -errno.number();
    }
}
