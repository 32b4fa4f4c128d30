// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.ProcessMemory;

/**
 * An {@code ioctl} that takes a struct of 32 bytes and does nearly nothing: the shape of {@code
 * VFIO_IOMMU_MAP_DMA} without its work, so that what is left is the way there and back.
 *
 * <p>With {@code /dev/kvm} it is {@code KVM_SET_USER_MEMORY_REGION} of a slot as it is already.
 * Without, it is {@code FIONREAD}, for which the struct is filled too but only written by the
 * kernel.
 */
final class CheapIoctl implements AutoCloseable {
    private static final int STRUCT_SIZE = 32;
    private static final int GUEST_MEMORY = 65536;
    private static final int KVM = 0xae;

    private final Kernel kernel = LinuxHost.real().kernel();
    private final ByteBuffer struct =
            ByteBuffer.allocateDirect(STRUCT_SIZE).order(ByteOrder.nativeOrder());
    private final long address = ProcessMemory.addressOf(struct);
    private final long memory;
    private final boolean withKvm = kernel.files().mayReadAndWrite("/dev/kvm");
    private final int device;
    private final int fd;
    private final long request;

    CheapIoctl() {
        int access = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        int flags = Fcntl.MAP_PRIVATE | Fcntl.MAP_ANONYMOUS;
        memory = kernel.mmap(0, GUEST_MEMORY, access, flags, -1, 0);
        device = checked("open", kernel.open(withKvm ? "/dev/kvm" : "/proc/self/exe", openFlags()));
        Abi abi = kernel.abi();
        if (withKvm) {
            fd = checked("KVM_CREATE_VM", kernel.ioctl(device, abi.io(KVM, 0x01), 0));
            request = abi.iow(KVM, 0x46, STRUCT_SIZE);
        } else {
            fd = device;
            request = abi == Abi.PPC64LE ? abi.ior('f', 127, Integer.BYTES) : 0x541b;
        }
        checked(toString(), call());
    }

    private int openFlags() {
        return withKvm ? Fcntl.O_RDWR : 0;
    }

    /** How this process reaches the C library: {@code "JnaKernel"} or {@code "FfmKernel"}. */
    String binding() {
        return kernel.getClass().getSimpleName();
    }

    /** Fills the struct and makes the request once, through the seam. */
    int call() {
        struct.putInt(0, 0);
        struct.putInt(4, 0);
        struct.putLong(8, 0);
        struct.putLong(16, GUEST_MEMORY);
        struct.putLong(24, memory);
        return kernel.ioctl(fd, request, address);
    }

    /** The same {@code count} times in Java; returns nanoseconds. */
    long inJava(int count) {
        long start = System.nanoTime();
        int results = 0;
        for (int i = 0; i < count; i++) {
            results |= call();
        }
        long nanoseconds = System.nanoTime() - start;
        checked(toString(), results);
        return nanoseconds;
    }

    /** The same {@code count} times in C, in this process; returns nanoseconds. */
    long inC(CLoops loops, int count) {
        long nanoseconds = loops.ioctl_loop(fd, request, address, GUEST_MEMORY, memory, count);
        if (nanoseconds < 0) {
            throw new IllegalStateException(this + " failed in C");
        }
        return nanoseconds;
    }

    @Override
    public void close() {
        if (withKvm) {
            kernel.close(fd);
        }
        kernel.close(device);
        kernel.munmap(memory, GUEST_MEMORY);
    }

    private static int checked(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(what + ": " + Errno.of(-result));
        }
        return result;
    }

    @Override
    public String toString() {
        return withKvm ? "KVM_SET_USER_MEMORY_REGION" : "FIONREAD";
    }
}
