// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jvfio.DirtyLog;
import org.jvfio.DirtySource;
import org.jvfio.Host;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.VfioException;
import org.jvfio.spi.Teardown;

/**
 * What devices may have written in an address space: who notes it, and what was learnt before
 * somebody asked.
 *
 * <p>A page that a device wrote is told at the next {@link #collect}, whatever comes between: it is
 * unmapped, its device leaves, its container goes.
 *
 * <p><b>Threads.</b> Not safe: the address space's lock guards it.
 */
final class DirtyBook {
    private static final System.Logger LOG = System.getLogger(DirtyLog.class.getName());

    private final MappingTable table;
    private final long pageSize;
    private final DirtyScratch scratch;
    private final KeptDirt kept;
    private final MappedRun run;
    private final List<TrackedContainer> tracked = new ArrayList<>();

    DirtyBook(MappingTable table, Host host) {
        this.table = table;
        this.pageSize = host.pageSize();
        this.scratch = new DirtyScratch(host);
        this.kept = new KeptDirt(pageSize);
        this.run = new MappedRun(table, pageSize);
    }

    long pageSize() {
        return pageSize;
    }

    List<DirtySource> sources() {
        return tracked.stream().map(TrackedContainer::source).toList();
    }

    /** Begins in all containers or in none. */
    void begin(List<Container> containers) {
        try {
            containers.forEach(this::joined);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, this::end);
        }
    }

    /** Ends all tracking, and forgets what was kept. */
    void end() {
        Teardown teardown = new Teardown();
        tracked.forEach(container -> container.end(teardown));
        tracked.clear();
        teardown.step(scratch::release);
        teardown.finish();
    }

    /** A device has joined, perhaps as the first of its container. */
    void joined(Container container) {
        for (TrackedContainer known : tracked) {
            if (known.container() == container) {
                boolean blind = known.isBlind();
                known.begin();
                if (blind && !known.isBlind()) {
                    keepAll();
                }
                return;
            }
        }
        TrackedContainer fresh = new TrackedContainer(container, table, pageSize);
        tracked.add(fresh);
        try {
            fresh.begin();
        } catch (RuntimeException refused) {
            tracked.remove(fresh);
            Teardown teardown = new Teardown();
            fresh.end(teardown);
            throw Teardown.after(refused, teardown::finish);
        }
    }

    /** Nobody knows what was written until now. */
    private void keepAll() {
        run.begin(IovaRange.ALL);
        while (run.next()) {
            run.all(run.from(), run.to(), kept);
        }
    }

    /** A device could not stay: nothing of it is asked for again. */
    void forget(Container container, Member device) {
        of(container).forget(device);
    }

    /** A device is about to leave: what it wrote is kept, as its page tables may go with it. */
    void leaving(Container container, Member device) {
        TrackedContainer from = of(container);
        keep(IovaRange.ALL, from);
        from.forget(device);
    }

    /** A device has left others behind. */
    void left(Container container) {
        of(container).beginAnew();
    }

    /** The last device of a container has left. */
    void gone(Container container) {
        tracked.removeIf(each -> each.container() == container);
    }

    private TrackedContainer of(Container container) {
        for (TrackedContainer known : tracked) {
            if (known.container() == container) {
                return known;
            }
        }
        throw new IllegalStateException(container.tables().name() + ": not tracked");
    }

    /** Hands over what is dirty in {@code range}, which is clean from then on. */
    void collect(IovaRange range, DirtySink sink) {
        kept.collect(range, sink);
        run.begin(range);
        while (run.next()) {
            for (int i = 0; i < tracked.size(); i++) {
                collect(tracked.get(i), sink);
            }
        }
    }

    /** Hands over what is dirty of some memory, wherever it is mapped, and keeps the rest. */
    void collectMemory(long vaddr, long bytes, ByteBuffer bitmap) {
        KeptDirt rest = new KeptDirt(pageSize);
        try {
            collect(IovaRange.ALL, new MemoryBitmap(vaddr, bytes, pageSize, bitmap, rest));
        } finally {
            rest.collect(IovaRange.ALL, kept);
        }
    }

    private void collect(TrackedContainer from, DirtySink sink) {
        try {
            from.gather(run, scratch, sink, kept);
        } catch (VfioException refused) {
            run.all(run.from(), run.to(), kept);
            throw refused;
        }
    }

    /** Unmaps a range in a container, and keeps what was dirty there. */
    long unmap(Container container, IovaRange range) {
        TrackedContainer from = of(container);
        TableLog log = from.tableLog();
        if (log != null) {
            long unmapped = unmapEach(container, log, table.within(range));
            keepOfDevices(range, from);
            return unmapped;
        }
        long unmapped = unmapPlainly(container, range);
        keep(range, from);
        return unmapped;
    }

    private static long unmapPlainly(Container container, IovaRange range) {
        return range.equals(IovaRange.ALL)
                ? container.tables().unmapAll()
                : container.tables().unmap(range);
    }

    /** Unmaps one mapping after the other; if one is refused, those before it come back. */
    private long unmapEach(Container container, TableLog log, List<Mapping> mappings) {
        long unmapped = 0;
        for (int i = 0; i < mappings.size(); i++) {
            try {
                unmapped += unmapOne(container, log, mappings.get(i).range());
            } catch (VfioException refused) {
                List<Mapping> lost = mappings.subList(0, i);
                throw Teardown.after(refused, () -> PageTables.replay(lost, container));
            }
        }
        return unmapped;
    }

    private long unmapOne(Container container, TableLog log, IovaRange mapping) {
        if (log.canUnmap(mapping)) {
            try {
                return log.unmap(run, mapping, scratch, kept);
            } catch (VfioException refused) {
                warn(mapping, refused);
            }
        }
        long unmapped = container.tables().unmap(mapping);
        run.all(mapping.first(), mapping.last(), kept);
        return unmapped;
    }

    /** Keeps what is dirty in a range; all of it where the kernel does not tell. */
    private void keep(IovaRange range, TrackedContainer from) {
        run.begin(range);
        while (run.next()) {
            try {
                from.gather(run, scratch, kept, kept);
            } catch (VfioException refused) {
                run.all(run.from(), run.to(), kept);
                warn(new IovaRange(run.from(), run.to()), refused);
            }
        }
    }

    private void keepOfDevices(IovaRange range, TrackedContainer from) {
        run.begin(range);
        while (run.next()) {
            try {
                from.gatherFromDevices(run, scratch, kept);
            } catch (VfioException refused) {
                run.all(run.from(), run.to(), kept);
                warn(new IovaRange(run.from(), run.to()), refused);
            }
        }
    }

    private static void warn(IovaRange range, VfioException refused) {
        LOG.log(
                Level.WARNING,
                () -> range + ": counts as dirty, as nobody could say: " + refused.getMessage());
    }
}
