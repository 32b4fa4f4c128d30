// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.ref.Reference;

/**
 * A request of {@code ioctl(2)}: its name, and its number on every architecture.
 *
 * <p>VFIO and iommufd number all their requests with {@code _IO}, which carries neither direction
 * nor size; the struct says its own size in {@code argsz} or {@code size}. Those of KVM have both
 * in their numbers.
 */
public final class Ioctl {
    private final String name;
    private final long number;
    private final long powerNumber;

    private Ioctl(String name, long number, long powerNumber) {
        this.name = name;
        this.number = number;
        this.powerNumber = powerNumber;
    }

    /** The request {@code _IO(type, number)} with the name that the kernel's header gives it. */
    public static Ioctl io(String name, int type, int number) {
        return new Ioctl(name, Abi.X86_64.io(type, number), Abi.PPC64LE.io(type, number));
    }

    /** The request {@code _IOW(type, number, size)}, whose argument the kernel reads. */
    public static Ioctl iow(String name, int type, int number, int size) {
        return new Ioctl(
                name, Abi.X86_64.iow(type, number, size), Abi.PPC64LE.iow(type, number, size));
    }

    /**
     * The request {@code _IOWR(type, number, size)}, whose argument the kernel reads and writes.
     */
    public static Ioctl iowr(String name, int type, int number, int size) {
        return new Ioctl(
                name, Abi.X86_64.iowr(type, number, size), Abi.PPC64LE.iowr(type, number, size));
    }

    /** The name in the kernel's header: {@code "VFIO_IOMMU_MAP_DMA"}. */
    public String name() {
        return name;
    }

    /** The number on {@code abi}. */
    public long number(Abi abi) {
        return abi == Abi.PPC64LE ? powerNumber : number;
    }

    /**
     * Makes the request with a struct as its argument. One that a signal interrupted is made again:
     * the kernel has undone it by then.
     *
     * @return the result, which is not negative
     */
    public int call(Kernel kernel, int fd, Struct argument) throws KernelException {
        try {
            return call(kernel, fd, argument.address());
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /**
     * Makes the request with a plain number, or an address that the caller keeps alive.
     *
     * @return the result, which is not negative
     */
    public int call(Kernel kernel, int fd, long argument) throws KernelException {
        long number = number(kernel.abi());
        int result;
        do {
            result = kernel.ioctl(fd, number, argument);
        } while (result == -Errno.EINTR.number());
        return check(result);
    }

    private int check(int result) throws KernelException {
        if (result < 0) {
            throw new KernelException(name, Errno.of(-result));
        }
        return result;
    }

    @Override
    public String toString() {
        return name;
    }
}
