// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jvfio.DmaDemand;
import org.jvfio.PinnedMemory;
import org.jvfio.VfioException;

/**
 * How much memory this process may pin for devices, and what it has pinned.
 *
 * <p>Source: {@code RLIMIT_MEMLOCK} in {@code /proc/self/limits}; {@code VmLck} and {@code VmPin}
 * in {@code /proc/self/status}, which count apart: each is held against the limit by itself. Every
 * container and every IOAS counts what it maps in full, once for each mapping.
 */
public final class LockedMemory {
    private static final Pattern LIMIT = Pattern.compile("Max locked memory\\s+(\\d+|unlimited)");
    private static final Pattern LOCKED = Pattern.compile("VmLck:\\s+(\\d+) kB");
    private static final Pattern PINNED = Pattern.compile("VmPin:\\s+(\\d+) kB");

    private static final Pattern CAPABILITIES =
            Pattern.compile("CapEff:\\s+(\\p{XDigit}{1,16})\\b");
    private static final Pattern ALL_USERS = Pattern.compile("\\s*0\\s+0\\s+4294967295\\s*");
    private static final String STATUS = "/proc/self/status";
    private static final String USERS = "/proc/self/uid_map";
    private static final int CAP_IPC_LOCK = 14;

    private static final long MOST = 1L << 60;
    private static final int MOST_DIGITS = 18;

    private final FileTree files;

    /** The limits of this process on {@code kernel}. */
    public LockedMemory(Kernel kernel) {
        this.files = kernel.files();
    }

    /**
     * What was pinned through containers of type 1, and locked by the process itself: {@code
     * VmLck}, held against the limit.
     *
     * @throws VfioException if {@code /proc} cannot be read
     */
    public PinnedMemory throughContainers() {
        return pinned(LOCKED);
    }

    /**
     * What was pinned through iommufd: {@code VmPin}. The limit holds for all processes of the user
     * together.
     *
     * @throws VfioException if {@code /proc} cannot be read
     */
    public PinnedMemory throughIommufd() {
        return pinned(PINNED);
    }

    private PinnedMemory pinned(Pattern line) {
        try {
            return new PinnedMemory(kibibytes(line, files.read(STATUS)), limit());
        } catch (KernelException unreadable) {
            throw unreadable.about("/proc/self");
        }
    }

    /** What to raise for a memory map that takes more than may be pinned; empty if it fits. */
    public static Optional<String> shortfall(PinnedMemory pinned, DmaDemand demand) {
        OptionalLong left = pinned.left();
        if (left.isEmpty() || demand.totalBytes() <= left.getAsLong()) {
            return Optional.empty();
        }
        long needed = pinned.bytes() + demand.totalBytes();
        return Optional.of(
                "%d bytes in each of %d page tables, %d with what is pinned already; RLIMIT_MEMLOCK"
                                .formatted(demand.bytes(), demand.pageTables(), needed)
                        + " is %d: raise it to %d or more (ulimit -l, LimitMEMLOCK=)"
                                .formatted(pinned.limit().getAsLong(), needed));
    }

    /**
     * The limit in bytes; empty if there is none, or if the process may lock what it likes ({@code
     * CAP_IPC_LOCK}).
     */
    public OptionalLong limit() throws KernelException {
        if (mayLockAnything()) {
            return OptionalLong.empty();
        }
        Matcher match = LIMIT.matcher(files.read("/proc/self/limits"));
        return match.find() && !match.group(1).equals("unlimited")
                ? OptionalLong.of(number(match.group(1)))
                : OptionalLong.empty();
    }

    /** The bytes that count against the limit already, as far as the process can see them. */
    public long inUse() throws KernelException {
        String status = files.read(STATUS);
        return kibibytes(LOCKED, status) + kibibytes(PINNED, status);
    }

    /** What {@code ENOMEM} for {@code bytes} more means, and what to do about it. */
    public String advice(long bytes) {
        try {
            OptionalLong limit = limit();
            if (limit.isEmpty()) {
                return "out of memory, and RLIMIT_MEMLOCK sets no limit: is the memory there, and"
                        + " does the process's cgroup allow it?";
            }
            long needed = inUse() + bytes;
            return "%d bytes more would be pinned, %d in all; RLIMIT_MEMLOCK is %d: raise it to %d"
                            .formatted(bytes, needed, limit.getAsLong(), needed)
                    + " or more (ulimit -l, LimitMEMLOCK=)";
        } catch (KernelException unreadable) {
            return "out of memory, or RLIMIT_MEMLOCK is too low for " + bytes + " bytes more";
        }
    }

    /** The kernel asks for the capability of the machine, not that of a user namespace, if any. */
    private boolean mayLockAnything() throws KernelException {
        Matcher match = CAPABILITIES.matcher(files.read(STATUS));
        if (!match.find()) {
            return false;
        }
        long capabilities = Long.parseUnsignedLong(match.group(1), 16);
        return ((capabilities >> CAP_IPC_LOCK) & 1) == 1
                && (!files.exists(USERS) || ALL_USERS.matcher(files.read(USERS)).matches());
    }

    private static long kibibytes(Pattern line, String status) {
        Matcher match = line.matcher(status);
        return match.find() ? Math.min(number(match.group(1)), MOST / 1024) * 1024 : 0;
    }

    /** A number of bytes as text; what is more than any memory is as good as the most. */
    private static long number(String digits) {
        return digits.length() > MOST_DIGITS ? MOST : Math.min(Long.parseLong(digits), MOST);
    }
}
