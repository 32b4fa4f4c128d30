// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.jvfio.DirtyLog;
import org.jvfio.DirtySource;
import org.jvfio.DirtyTracker;
import org.jvfio.VfioException;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.Teardown;

/**
 * Who notes what the devices behind one container's page tables write.
 *
 * <p>Its devices do if every one of them can, else the page tables if they can, else nobody. What
 * once began goes on and is asked, also when a device that joined has changed who does it: so
 * nothing that it noted before is lost.
 */
final class TrackedContainer {
    private static final System.Logger LOG = System.getLogger(DirtyLog.class.getName());

    private final Container container;
    private final MappingTable table;
    private final long pageSize;
    private final List<DeviceLog> deviceLogs = new ArrayList<>();
    private @Nullable TableLog tableLog;
    private DirtyTracker tracker = DirtyTracker.NONE;
    private String explanation = "";

    TrackedContainer(Container container, MappingTable table, long pageSize) {
        this.container = container;
        this.table = table;
        this.pageSize = pageSize;
    }

    Container container() {
        return container;
    }

    /** Whether all that is mapped counts as dirty. */
    boolean isBlind() {
        return tracker == DirtyTracker.NONE;
    }

    DirtySource source() {
        return new DirtySource(container.tables().name(), tracker, explanation);
    }

    /** Sees to it that all devices are tracked which are there now, as well as that can be. */
    void begin() {
        Optional<String> unlogged = beginWithDevices();
        if (unlogged.isEmpty()) {
            tracker = DirtyTracker.DEVICES;
            explanation = "each device notes what it writes: " + names();
            return;
        }
        Optional<DirtyTracking> offered = container.tables().dirtyTracking();
        if (offered.isPresent()) {
            offered.get().start();
            tableLog = new TableLog(offered.get());
            tracker = DirtyTracker.PAGE_TABLES;
            explanation =
                    "the page tables note what devices write; "
                            + unlogged.get()
                            + " does not by itself";
        } else {
            blind(
                    unlogged.get()
                            + " does not note what it writes, and "
                            + container.tables().dirtyTrackingObstacle().orElse("nor does more"));
        }
    }

    /** Begins with the devices if all can; else answers one that cannot. */
    private Optional<String> beginWithDevices() {
        List<Member> fresh = new ArrayList<>();
        List<DmaLogging> offered = new ArrayList<>();
        for (Member member : container.members()) {
            if (deviceLogs.stream().noneMatch(log -> log.device().equals(member))) {
                Optional<DmaLogging> logging = member.attachment().dmaLogging();
                if (logging.isEmpty()) {
                    return Optional.of(member.name());
                }
                fresh.add(member);
                offered.add(logging.get());
            }
        }
        for (int i = 0; i < fresh.size(); i++) {
            deviceLogs.add(DeviceLog.start(fresh.get(i), offered.get(i), table, pageSize));
        }
        return Optional.empty();
    }

    private String names() {
        return container.members().stream().map(Member::name).collect(Collectors.joining(", "));
    }

    private void blind(String reason) {
        tracker = DirtyTracker.NONE;
        explanation = reason + "; everything that is mapped counts as dirty";
        LOG.log(Level.WARNING, () -> container.tables().name() + ": " + explanation);
    }

    /** As {@link #begin}, where there is nobody to tell of a failure: then nobody is trusted. */
    void beginAnew() {
        try {
            begin();
        } catch (VfioException refused) {
            blind(String.valueOf(refused.getMessage()));
        }
    }

    /** Ends the log of a device that leaves. */
    void forget(Member device) {
        for (DeviceLog log : List.copyOf(deviceLogs)) {
            if (log.device().equals(device)) {
                deviceLogs.remove(log);
                log.stop();
            }
        }
    }

    /** Ends everything that began. */
    void end(Teardown teardown) {
        deviceLogs.forEach(log -> teardown.step(log::stop));
        deviceLogs.clear();
        TableLog begun = tableLog;
        if (begun != null) {
            teardown.step(begun.tracking()::stop);
            tableLog = null;
        }
        tracker = DirtyTracker.NONE;
    }

    /**
     * How a mapping is unmapped so that the page tables tell what is dirty; null if they do not.
     */
    @Nullable TableLog tableLog() {
        return isBlind() ? null : tableLog;
    }

    /**
     * Hands over what of a run is dirty.
     *
     * @param rest takes what is told though it was not asked for
     */
    void gather(MappedRun run, DirtyScratch scratch, DirtySink sink, DirtySink rest) {
        if (isBlind()) {
            run.all(run.from(), run.to(), sink);
            return;
        }
        if (tableLog != null) {
            tableLog.gather(run, scratch, sink, rest);
        }
        gatherFromDevices(run, scratch, sink);
    }

    /** The same of the devices alone, which tell of what is unmapped just as well. */
    void gatherFromDevices(MappedRun run, DirtyScratch scratch, DirtySink sink) {
        for (int i = 0; i < deviceLogs.size(); i++) {
            deviceLogs.get(i).gather(run, scratch, sink);
        }
    }
}
