// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * What differs between architectures in how a system call is made and a request is numbered.
 *
 * <p>Source: {@code asm/ioctl.h}, {@code asm/unistd.h}, {@code asm/mman.h}, {@code asm/socket.h} of
 * each architecture. {@code UapiProbeTest} compares it with the kernel's headers.
 */
public enum Abi {
    /** 64-bit x86. */
    X86_64(false, 16, 257, false, 0x4000, 17),
    /** 64-bit Arm, little-endian. */
    AARCH64(false, 29, 56, false, 0x4000, 17),
    /** IBM Z; big-endian. */
    S390X(false, 54, 288, false, 0x4000, 17),
    /** 64-bit POWER, little-endian; encodes {@code _IO} in its own way. */
    PPC64LE(true, 54, 286, true, 0x40, 21);

    private static final int NUMBER_BITS = 8;
    private static final int SIZE_SHIFT = 16;

    private final boolean power;
    private final int ioctlNumber;
    private final int openatNumber;
    private final boolean variadicNeedsSaveArea;
    private final int mapNoreserve;
    private final int soPeercred;

    Abi(
            boolean power,
            int ioctlNumber,
            int openatNumber,
            boolean variadicNeedsSaveArea,
            int mapNoreserve,
            int soPeercred) {
        this.power = power;
        this.ioctlNumber = ioctlNumber;
        this.openatNumber = openatNumber;
        this.variadicNeedsSaveArea = variadicNeedsSaveArea;
        this.mapNoreserve = mapNoreserve;
        this.soPeercred = soPeercred;
    }

    /**
     * The architecture that this JVM runs on.
     *
     * @throws IllegalStateException if jvfio does not know it; the message names those it knows
     */
    public static Abi host() {
        String arch = System.getProperty("os.arch");
        return switch (arch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            case "s390x" -> S390X;
            case "ppc64le" -> PPC64LE;
            default ->
                    throw new IllegalStateException(
                            "os.arch " + arch + ": jvfio knows x86_64, aarch64, s390x and ppc64le");
        };
    }

    /** {@code _IO(type, number)}. */
    public long io(int type, int number) {
        return encode(power ? 1 : 0, type, number, 0);
    }

    /** {@code _IOR(type, number, size)}: the kernel writes {@code size} bytes back. */
    public long ior(int type, int number, int size) {
        return encode(2, type, number, size);
    }

    /** {@code _IOW(type, number, size)}: the kernel reads {@code size} bytes. */
    public long iow(int type, int number, int size) {
        return encode(power ? 4 : 1, type, number, size);
    }

    /**
     * {@code _IOWR(type, number, size)}: the kernel reads {@code size} bytes and writes them back.
     */
    public long iowr(int type, int number, int size) {
        return encode(2 | (power ? 4 : 1), type, number, size);
    }

    private long encode(int direction, int type, int number, int size) {
        int directionShift = power ? 29 : 30;
        return Integer.toUnsignedLong(
                direction << directionShift | size << SIZE_SHIFT | type << NUMBER_BITS | number);
    }

    /** {@code __NR_ioctl}. */
    public int ioctlNumber() {
        return ioctlNumber;
    }

    /** {@code __NR_openat}. */
    public int openatNumber() {
        return openatNumber;
    }

    /**
     * Whether a variadic C function may store its register arguments in a save area that only a
     * variadic caller provides. There, {@code ioctl} must not be called as if its arguments were
     * fixed; {@code syscall} (written in assembly, registers only) is used in its place.
     */
    public boolean variadicNeedsSaveArea() {
        return variadicNeedsSaveArea;
    }

    /**
     * Whether loads and stores reach memory of a PCI function that is mapped into a process. IBM Z
     * has instructions of its own for that; a load ends the process with {@code SIGILL}.
     */
    public boolean loadsReachPciMemory() {
        return this != S390X;
    }

    /** {@code MAP_NORESERVE}: no swap space is set aside for a mapping. */
    public int mapNoreserve() {
        return mapNoreserve;
    }

    /** {@code SO_PEERCRED}: who is at the other end of a socket. */
    public int soPeercred() {
        return soPeercred;
    }
}
