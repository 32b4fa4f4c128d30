// SPDX-License-Identifier: Apache-2.0
package org.jvfio.benchmarks;

/** A container or an IOAS with a device behind it, opened in C; and the way to map in C. */
final class PageTablesInC extends MapWay implements AutoCloseable {
    private final CMaps c;
    private final int[] files = new int[2];
    private final long[] map = new long[1];
    private final long[] unmap = new long[1];
    private final int ioas;

    PageTablesInC(CMaps c, String backend, PciNode device) {
        this.c = c;
        ioas =
                backend.equals("legacy")
                        ? c.open_container(device.group(), files)
                        : c.open_ioas(device.cdev(), files);
        if (ioas < 0) {
            throw new IllegalStateException(device + " cannot be opened through " + backend);
        }
    }

    /** What takes the requests. */
    int fd() {
        return files[0];
    }

    /** The id of the IOAS; 0 in a container. */
    int ioas() {
        return ioas;
    }

    @Override
    void measure(MapTarget target, int round) {
        long iova = target.range().first();
        long size = target.range().length();
        if (c.map_once(fd(), ioas, iova, target.vaddr(), size, map, unmap) != 0) {
            throw new IllegalStateException("a request failed in C");
        }
        note(round, map[0], unmap[0]);
    }

    @Override
    public void close() {
        c.close_files(files);
    }
}
