// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jvfio.linux.Errno;

/**
 * The descriptors of the process: the lowest free number is given out first, as Linux does.
 *
 * <p>They start where no descriptor of the JVM is, so that one that strays into a real system call
 * hits nothing.
 */
public final class DescriptorTable {
    private static final int FIRST = 100_000;

    private final TreeMap<Integer, OpenFile> open = new TreeMap<>();
    private int limit = Integer.MAX_VALUE;

    DescriptorTable() {}

    /** How many there can be at once. */
    public void limit(int descriptors) {
        limit = descriptors;
    }

    /** Refuses if there cannot be one more. */
    void checkRoom() {
        Refused.when(!hasRoom(), Errno.EMFILE);
    }

    boolean hasRoom() {
        return open.size() < limit;
    }

    /** Gives the file a descriptor. */
    public int add(OpenFile file) {
        checkRoom();
        int number = FIRST;
        for (int used : open.keySet()) {
            if (used != number) {
                break;
            }
            number++;
        }
        open.put(number, file);
        file.retain();
        return number;
    }

    /** Opens a path; nothing is opened if there is no room for its descriptor. */
    public int open(FileNodes files, String path) {
        checkRoom();
        return add(files.open(path));
    }

    /** The file behind a descriptor, if it is open. */
    public Optional<OpenFile> find(int number) {
        return Optional.ofNullable(open.get(number));
    }

    /** The file behind a descriptor. */
    public OpenFile get(int number) {
        OpenFile file = open.get(number);
        if (file == null) {
            throw new Refused(Errno.EBADF);
        }
        return file;
    }

    /** Takes a descriptor back. */
    public void close(int number) {
        OpenFile file = get(number);
        open.remove(number);
        file.drop();
    }

    /** The open descriptors and what they are. */
    public Map<Integer, OpenFile> open() {
        return Map.copyOf(open);
    }
}
