// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory this process may pin for devices, and what it has pinned.
 *
 * <p>Source: {@code RLIMIT_MEMLOCK} in {@code /proc/self/limits}; {@code VmLck} and {@code VmPin}
 * in {@code /proc/self/status}.
 */
public final class LockedMemory {
    private static final Pattern LIMIT = Pattern.compile("Max locked memory\\s+(\\d+|unlimited)");
    private static final Pattern LOCKED = Pattern.compile("VmLck:\\s+(\\d+) kB");
    private static final Pattern PINNED = Pattern.compile("VmPin:\\s+(\\d+) kB");

    private static final long MOST = 1L << 60;
    private static final int MOST_DIGITS = 18;

    private final FileTree files;

    /** The limits of this process on {@code kernel}. */
    public LockedMemory(Kernel kernel) {
        this.files = kernel.files();
    }

    /** The limit in bytes; empty if there is none. */
    public OptionalLong limit() throws KernelException {
        Matcher match = LIMIT.matcher(files.read("/proc/self/limits"));
        return match.find() && !match.group(1).equals("unlimited")
                ? OptionalLong.of(number(match.group(1)))
                : OptionalLong.empty();
    }

    /** The bytes that count against the limit already, as far as the process can see them. */
    public long inUse() throws KernelException {
        String status = files.read("/proc/self/status");
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

    private static long kibibytes(Pattern line, String status) {
        Matcher match = line.matcher(status);
        return match.find() ? Math.min(number(match.group(1)), MOST / 1024) * 1024 : 0;
    }

    /** A number of bytes as text; what is more than any memory is as good as the most. */
    private static long number(String digits) {
        return digits.length() > MOST_DIGITS ? MOST : Math.min(Long.parseLong(digits), MOST);
    }
}
