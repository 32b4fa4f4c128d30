// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.linux.Struct;

/**
 * A kernel as these tests see it: raw system calls, and everything given back in the end.
 *
 * <p>The kernel is the simulated one on the standard machine; with the system property {@code
 * jvfio.testkit.kernel=real} it is the machine's own, which must have the testbed's devices. So the
 * same tests say whether the simulation is right.
 */
final class Seam implements AutoCloseable {
    static final boolean REAL = "real".equals(System.getProperty("jvfio.testkit.kernel"));

    static final String NVME = nvme();
    static final int NVME_GROUP = group(NVME, 8);

    /** An edu; where QEMU has none, a device of which some tests want no more. */
    static final String EDU = on(Abi.S390X) || on(Abi.PPC64LE) ? NVME : "0000:00:05.0";

    static final int EDU_GROUP = group(EDU, 5);
    static final int OTHER_EDU_GROUP = group("0000:00:07.0", 7);
    static final int DRIVERLESS_GROUP = group("0000:00:09.0", 9);

    /** Where devices may reach: the IOMMU of s390x begins to translate at 4 GiB. */
    static final long IOVA = on(Abi.S390X) ? 0x1_0000_0000L : 0x10_0000;

    /** Two functions of one bus and group: the first has vfio-pci, the second virtio-pci. */
    static final String UNVIABLE = on(Abi.AARCH64) ? "0000:01:00.0" : "0000:01:01.0";

    static final String FOREIGN = on(Abi.AARCH64) ? "0000:01:00.1" : "0000:01:02.0";
    static final int SHARED_GROUP = group(UNVIABLE, 6);

    /** The size of a page: the simulated machine's is of 4 KiB. */
    static final int PAGE = REAL ? LinuxHost.real().pageSize() : 4096;

    private static final int O_WRONLY = 1;

    final Kernel kernel;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final long lockedBefore;

    private Seam(Kernel kernel) {
        this.kernel = kernel;
        this.lockedBefore = locked();
    }

    /** Whether this is about the testbed's guest of the architecture. */
    private static boolean on(Abi guest) {
        return REAL && Abi.host() == guest;
    }

    private static String nvme() {
        if (on(Abi.PPC64LE)) {
            return "0001:00:01.0";
        }
        return on(Abi.S390X) ? "0001:00:00.0" : "0000:00:08.0";
    }

    /**
     * The IOMMU group of a device: a guest's has one of its own, or the guest has no such device.
     */
    private static int group(String device, int simulated) {
        if (!REAL) {
            return simulated;
        }
        Path link = Path.of("/sys/bus/pci/devices", device, "iommu_group");
        try {
            return Integer.parseInt(Files.readSymbolicLink(link).getFileName().toString());
        } catch (IOException absent) {
            return -1;
        }
    }

    static Seam open() {
        return REAL
                ? new Seam(LinuxHost.real().kernel())
                : new Seam(SimHostProvider.machine().build());
    }

    /** A simulated kernel in any case: skips the test where it is the real one that is asked. */
    static Seam on(SimKernel kernel) {
        assumeFalse(REAL, "this is about the simulation itself, which real Linux has no part in");
        return new Seam(kernel);
    }

    /** The simulated kernel: skips the test where there is none. */
    SimKernel sim() {
        assumeFalse(REAL, "real Linux cannot be told or asked this");
        return (SimKernel) kernel;
    }

    /** Opens what must open, until the end of the test. */
    int open(String path) {
        int fd = kernel.open(path, Fcntl.O_RDWR);
        assertTrue(fd >= 0, path + ": " + fd);
        return closing(fd);
    }

    /** Closes a descriptor in the end, unless the test has done so. */
    int closing(int fd) {
        undo.push(() -> kernel.close(fd));
        return fd;
    }

    void close(int fd) {
        assertEquals(0, kernel.close(fd));
    }

    int ioctl(int fd, Ioctl request, Struct argument) {
        return kernel.ioctl(fd, request.number(kernel.abi()), argument.address());
    }

    int ioctl(int fd, Ioctl request, long argument) {
        return kernel.ioctl(fd, request.number(kernel.abi()), argument);
    }

    /** Anonymous memory, until the end of the test. */
    long memory(long bytes) {
        return memory(bytes, Fcntl.PROT_READ | Fcntl.PROT_WRITE);
    }

    long memory(long bytes, int protection) {
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        long address = kernel.mmap(0, bytes, protection, flags, -1, 0);
        assertTrue(address > 0, "mmap: " + address);
        undo.push(() -> kernel.munmap(address, bytes));
        return address;
    }

    ByteBuffer view(long address, int bytes) {
        return ProcessMemory.view(address, bytes);
    }

    /** A file of memory, until the end of the test: a memfd, or what is one but for its name. */
    int memoryFile(long bytes) {
        if (!REAL) {
            return closing(sim().memoryFile(bytes));
        }
        try {
            Path path = Files.createTempFile(Path.of("/dev/shm"), "jvfio", "");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(bytes);
                return open(path.toString());
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** All of a file as memory of the process, until the end of the test. */
    long mapped(int file, long bytes) {
        int both = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        long address = kernel.mmap(0, bytes, both, Fcntl.MAP_SHARED, file, 0);
        assertTrue(address > 0, "mmap: " + address);
        undo.push(() -> kernel.munmap(address, bytes));
        return address;
    }

    /** A nonblocking eventfd, until the end of the test. */
    int eventfd() {
        int fd = kernel.eventfd(0, Fcntl.EFD_NONBLOCK);
        assertTrue(fd >= 0);
        return closing(fd);
    }

    /** What an eventfd has counted, or a negated errno. */
    long taken(int eventfd) {
        Words word = new Words(2);
        long result = kernel.read(eventfd, word.address(), Long.BYTES);
        return result < 0 ? result : word.u64(0);
    }

    /** Waits for a count, at most some seconds. */
    boolean arrives(int eventfd) {
        Words entry = new Words(2);
        entry.pollfd(0, eventfd, Fcntl.POLLIN);
        return kernel.poll(entry.address(), 1, 10_000) == 1;
    }

    long locked() {
        try {
            return new LockedMemory(kernel).inUse();
        } catch (KernelException e) {
            throw new AssertionError(e);
        }
    }

    static void refused(Errno errno, long result) {
        assertEquals(-errno.number(), result, () -> "should be " + errno);
    }

    /** Writes an attribute of sysfs; what was written, or a negated errno. */
    long writeFile(String path, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Words words = new Words(bytes.length / Integer.BYTES + 1).ascii(bytes);
        int fd = kernel.open(path, O_WRONLY);
        assertTrue(fd >= 0, path + ": " + fd);
        long written = kernel.write(fd, words.address(), bytes.length);
        close(fd);
        return written;
    }

    /** Closes and unmaps what is still open and mapped. */
    void giveBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    /** Gives everything back and checks that the kernel has it. */
    @Override
    public void close() {
        giveBack();
        assertEquals(lockedBefore, locked(), "bytes that are still locked");
        if (kernel instanceof SimKernel sim) {
            sim.assertNothingLeft();
            sim.close();
        }
    }
}
