// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import org.jvfio.IovaRange;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.NativeMemory;

/**
 * The log that a device keeps of what it writes, and of which addresses it keeps one.
 *
 * @param device whose
 * @param logging the device's own
 * @param ranges what was mapped when it began; what is mapped elsewhere counts as dirty each time
 */
record DeviceLog(Member device, DmaLogging logging, List<IovaRange> ranges) {
    /** Begins to log what is mapped; there is nothing to begin with where nothing is. */
    static DeviceLog start(Member device, DmaLogging logging, MappingTable mapped, long pageSize) {
        List<IovaRange> ranges = LoggedRanges.covering(mapped);
        if (!ranges.isEmpty()) {
            logging.start(ranges, pageSize);
        }
        return new DeviceLog(device, logging, ranges);
    }

    void stop() {
        if (!ranges.isEmpty()) {
            logging.stop();
        }
    }

    /** Hands over what of a run is dirty. */
    void gather(MappedRun run, DirtyScratch scratch, DirtySink sink) {
        long at = run.from();
        for (int i = 0; i < ranges.size(); i++) {
            long first = ranges.get(i).first();
            long last = ranges.get(i).last();
            if (Long.compareUnsigned(last, at) >= 0 && Long.compareUnsigned(first, run.to()) <= 0) {
                if (Long.compareUnsigned(at, first) < 0) {
                    run.all(at, first - 1, sink);
                    at = first;
                }
                long end = Long.compareUnsigned(last, run.to()) < 0 ? last : run.to();
                ask(run, at, end, scratch, sink);
                if (end == run.to()) {
                    return;
                }
                at = end + 1;
            }
        }
        run.all(at, run.to(), sink);
    }

    private void ask(MappedRun run, long first, long last, DirtyScratch scratch, DirtySink sink) {
        for (long at = first; ; at += run.mostBytes()) {
            long end = last - at < run.mostBytes() ? last : at + run.mostBytes() - 1;
            long length = end - at + 1;
            NativeMemory bits = scratch.zeroed(length / run.pageSize());
            logging.collect(at, length, run.pageSize(), bits.address());
            run.hand(at, end, bits.window(0), at, run.pageSize(), sink);
            if (end == last) {
                return;
            }
        }
    }
}
