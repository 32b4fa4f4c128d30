// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * The flags of {@code open}, {@code mmap}, {@code madvise}, {@code eventfd}, {@code poll} and of
 * sockets that jvfio uses.
 *
 * <p>Source: {@code asm-generic/fcntl.h}, {@code asm-generic/mman-common.h}, {@code
 * linux/eventfd.h}, {@code asm-generic/poll.h} and the C library's {@code sys/socket.h}; the same
 * on all architectures of {@link Abi}, which {@code UapiProbeTest} checks.
 */
public final class Fcntl {
    /** Open for writing. */
    public static final int O_WRONLY = 1;

    /** Open for reading and writing. */
    public static final int O_RDWR = 2;

    /** Close on {@code exec}. */
    public static final int O_CLOEXEC = 0x80000;

    /** No access. */
    public static final int PROT_NONE = 0;

    /** Pages may be read. */
    public static final int PROT_READ = 1;

    /** Pages may be written. */
    public static final int PROT_WRITE = 2;

    /** Writes reach the file. */
    public static final int MAP_SHARED = 1;

    /** Writes stay with this mapping. */
    public static final int MAP_PRIVATE = 2;

    /** At exactly this address, over what is there. */
    public static final int MAP_FIXED = 0x10;

    /** Memory without a file. */
    public static final int MAP_ANONYMOUS = 0x20;

    /** With pages of a larger size, of which some were set aside; {@link #MAP_HUGE_SHIFT}. */
    public static final int MAP_HUGETLB = 0x40000;

    /** Where the logarithm of that page size stands in the flags. */
    public static final int MAP_HUGE_SHIFT = 26;

    /** Let huge pages be used here, where the kernel has them on request only. */
    public static final int MADV_HUGEPAGE = 14;

    /** Bring in what can be read, as a read of each page does; since Linux 5.14. */
    public static final int MADV_POPULATE_READ = 22;

    /** Bring in what can be written, as a write to each page does; since Linux 5.14. */
    public static final int MADV_POPULATE_WRITE = 23;

    /** Reads and writes of the eventfd do not wait. */
    public static final int EFD_NONBLOCK = 0x800;

    /** There is data to read. */
    public static final int POLLIN = 1;

    /** A socket that carries bytes in order. */
    public static final int SOCK_STREAM = 1;

    /** A socket that carries messages in order. */
    public static final int SOCK_SEQPACKET = 5;

    /** Sockets with a name in the file system. */
    public static final int AF_UNIX = 1;

    /** The options, and the control messages, that are the socket's own. */
    public static final int SOL_SOCKET = 1;

    /** A control message of open descriptors. */
    public static final int SCM_RIGHTS = 1;

    /** Of what was received: there was no room for all descriptors. */
    public static final int MSG_CTRUNC = 8;

    /** Send or receive without waiting. */
    public static final int MSG_DONTWAIT = 0x40;

    /** To a peer that has hung up: {@code EPIPE}, and no signal. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** Received descriptors close on {@code exec}. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private Fcntl() {}
}
