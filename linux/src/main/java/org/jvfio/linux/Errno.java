// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.Serializable;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An error number of Linux, with its name and meaning.
 *
 * <p>The numbers are those of {@code asm-generic/errno-base.h} and {@code asm-generic/errno.h},
 * which all architectures of {@link Abi} share. A number without a name here is kept as it is.
 *
 * @param number the positive errno
 * @param name {@code "EINVAL"}, or {@code "errno 1234"}
 * @param meaning in a few words
 */
public record Errno(int number, String name, String meaning) implements Serializable {
    /** Operation not permitted. */
    public static final Errno EPERM = new Errno(1, "EPERM", "operation not permitted");

    /** No such file or directory. */
    public static final Errno ENOENT = new Errno(2, "ENOENT", "does not exist");

    /** Interrupted system call. */
    public static final Errno EINTR = new Errno(4, "EINTR", "interrupted");

    /** Input/output error. */
    public static final Errno EIO = new Errno(5, "EIO", "input/output error");

    /** No such device or address. */
    public static final Errno ENXIO = new Errno(6, "ENXIO", "no such device or address");

    /** Argument list too long. */
    public static final Errno E2BIG = new Errno(7, "E2BIG", "argument too large");

    /** Bad file descriptor. */
    public static final Errno EBADF = new Errno(9, "EBADF", "bad file descriptor");

    /** Try again. */
    public static final Errno EAGAIN = new Errno(11, "EAGAIN", "not now, try again");

    /** Out of memory. */
    public static final Errno ENOMEM = new Errno(12, "ENOMEM", "out of memory");

    /** Permission denied. */
    public static final Errno EACCES = new Errno(13, "EACCES", "permission denied");

    /** Bad address. */
    public static final Errno EFAULT = new Errno(14, "EFAULT", "bad address");

    /** Device or resource busy. */
    public static final Errno EBUSY = new Errno(16, "EBUSY", "busy");

    /** File exists. */
    public static final Errno EEXIST = new Errno(17, "EEXIST", "exists already");

    /** No such device. */
    public static final Errno ENODEV = new Errno(19, "ENODEV", "no such device");

    /** Not a directory. */
    public static final Errno ENOTDIR = new Errno(20, "ENOTDIR", "not a directory");

    /** Invalid argument. */
    public static final Errno EINVAL = new Errno(22, "EINVAL", "invalid argument");

    /** File table of the system is full. */
    public static final Errno ENFILE = new Errno(23, "ENFILE", "too many open files in the system");

    /** Too many open files. */
    public static final Errno EMFILE = new Errno(24, "EMFILE", "too many open files");

    /** Not a request that this file knows. */
    public static final Errno ENOTTY = new Errno(25, "ENOTTY", "not known to this file");

    /** No space left. */
    public static final Errno ENOSPC = new Errno(28, "ENOSPC", "no space left");

    /** Result out of range. */
    public static final Errno ERANGE = new Errno(34, "ERANGE", "out of range");

    /** No such system call. */
    public static final Errno ENOSYS = new Errno(38, "ENOSYS", "not in this kernel");

    /** Broken pipe. */
    public static final Errno EPIPE = new Errno(32, "EPIPE", "the other end has hung up");

    /** No message of the desired kind. */
    public static final Errno ENOMSG = new Errno(42, "ENOMSG", "nothing there for now");

    /** Protocol or object in the wrong state. */
    public static final Errno EPROTO = new Errno(71, "EPROTO", "protocol error");

    /** Value too large. */
    public static final Errno EOVERFLOW = new Errno(75, "EOVERFLOW", "value too large");

    /** Message too long. */
    public static final Errno EMSGSIZE = new Errno(90, "EMSGSIZE", "more entries than room");

    /** Operation not supported. */
    public static final Errno EOPNOTSUPP = new Errno(95, "EOPNOTSUPP", "not supported");

    /** Address in use. */
    public static final Errno EADDRINUSE = new Errno(98, "EADDRINUSE", "address in use");

    /** The address cannot be used. */
    public static final Errno EADDRNOTAVAIL =
            new Errno(99, "EADDRNOTAVAIL", "address not available");

    /** Connection reset by peer. */
    public static final Errno ECONNRESET =
            new Errno(104, "ECONNRESET", "the other end has hung up on what was sent");

    /** Transport endpoint is not connected. */
    public static final Errno ENOTCONN = new Errno(107, "ENOTCONN", "not connected");

    /** Timed out. */
    public static final Errno ETIMEDOUT = new Errno(110, "ETIMEDOUT", "timed out");

    /** Connection refused. */
    public static final Errno ECONNREFUSED = new Errno(111, "ECONNREFUSED", "nobody listens there");

    /** Memory page has hardware error. */
    public static final Errno EHWPOISON = new Errno(133, "EHWPOISON", "broken memory");

    private static final Map<Integer, Errno> KNOWN =
            Stream.of(
                            EPERM,
                            ENOENT,
                            EINTR,
                            EIO,
                            ENXIO,
                            E2BIG,
                            EBADF,
                            EAGAIN,
                            ENOMEM,
                            EACCES,
                            EFAULT,
                            EBUSY,
                            EEXIST,
                            ENODEV,
                            ENOTDIR,
                            EINVAL,
                            ENFILE,
                            EMFILE,
                            ENOTTY,
                            ENOSPC,
                            ERANGE,
                            ENOSYS,
                            ENOMSG,
                            EPROTO,
                            EOVERFLOW,
                            EMSGSIZE,
                            EOPNOTSUPP,
                            EADDRINUSE,
                            EADDRNOTAVAIL,
                            EPIPE,
                            ECONNRESET,
                            ENOTCONN,
                            ETIMEDOUT,
                            ECONNREFUSED,
                            EHWPOISON)
                    .collect(Collectors.toUnmodifiableMap(Errno::number, Function.identity()));

    /** The errno with this positive number. */
    public static Errno of(int number) {
        Errno known = KNOWN.get(number);
        return known != null ? known : new Errno(number, "errno " + number, "see errno(3)");
    }

    @Override
    public String toString() {
        return name;
    }
}
