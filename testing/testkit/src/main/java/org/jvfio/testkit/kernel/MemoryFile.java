// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.ProcessMemory;

/**
 * A file that is memory, as {@code memfd_create(2)} makes it.
 *
 * <p>Behind it is a file of the machine's own in {@code /dev/shm}, which has no name any more. The
 * whole of it is mapped once, for devices, wherever and whether the process maps it or not.
 */
final class MemoryFile extends OpenFile {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int READ_WRITE = Fcntl.PROT_READ | Fcntl.PROT_WRITE;

    private final Machine machine;
    private final Kernel real;
    private final long length;
    private final int descriptor;
    private final long address;

    MemoryFile(Machine machine, Kernel real, long length) {
        this.machine = machine;
        this.real = real;
        this.length = length;
        this.descriptor = open(real, machine.memory().rounded(length));
        this.address = real.mmap(0, length, READ_WRITE, Fcntl.MAP_SHARED, descriptor, 0);
        if (address < 0 && address >= -4095) {
            real.close(descriptor);
            throw new Refused(Errno.of((int) -address));
        }
    }

    private static int open(Kernel real, long length) {
        try {
            Path path =
                    Files.isDirectory(SHARED_MEMORY)
                            ? Files.createTempFile(SHARED_MEMORY, "jvfio", "")
                            : Files.createTempFile("jvfio", "");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(length);
                int descriptor = real.open(path.toString(), Fcntl.O_RDWR);
                Refused.when(descriptor < 0, Errno.of(Math.max(1, -descriptor)));
                return descriptor;
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory for a simulated memfd", e);
        }
    }

    @Override
    public String description() {
        return "memfd";
    }

    /** Where the file's bytes are for devices. */
    long address() {
        return address;
    }

    /** The file's bytes, for as long as the file is. */
    ByteBuffer bytes() {
        return ProcessMemory.view(address, Math.toIntExact(length));
    }

    /** Whether all of a range is in the file. */
    boolean holds(long start, long bytes) {
        return start >= 0 && bytes >= 0 && start + bytes >= 0 && start + bytes <= length;
    }

    @Override
    public long mmap(long at, long bytes, int protection, int flags, long offset) {
        return machine.mapShared(descriptor, at, bytes, protection, flags, offset);
    }

    @Override
    void release() {
        real.munmap(address, length);
        real.close(descriptor);
    }
}
