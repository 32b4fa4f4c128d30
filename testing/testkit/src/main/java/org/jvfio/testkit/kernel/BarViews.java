// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.testkit.device.Bar;

/**
 * The parts of BARs that the process has mapped.
 *
 * <p>Each is plain memory, which a thread of its own compares with what it last showed, for as long
 * as there is any.
 */
final class BarViews {
    private static final int READ_WRITE = Fcntl.PROT_READ | Fcntl.PROT_WRITE;

    private final Machine machine;
    private final List<BarView> views = new ArrayList<>();
    private @Nullable DeviceThread thread;
    private boolean stopped;

    BarViews(Machine machine) {
        this.machine = machine;
    }

    /** Maps a part of a BAR; the mapping keeps the device's file alive. */
    long map(
            DeviceFile file,
            Device device,
            Bar bar,
            long position,
            long address,
            long length,
            int fixed) {
        Refused.when(bar.ports(), Errno.EINVAL);
        long pages = pages(bar, position, length);
        long at = machine.mapAnonymous(address, pages, READ_WRITE, Fcntl.MAP_PRIVATE | fixed);
        BarView view = new BarView(file, device, bar, at, position, (int) pages);
        view.fill();
        file.retain();
        views.add(view);
        startThread();
        return at;
    }

    /** Maps a part of a BAR that is memory; the mapping keeps the device's file alive. */
    long map(
            DeviceFile file,
            Device device,
            Bar bar,
            MemoryFile memory,
            long position,
            long address,
            long length,
            int fixed) {
        long pages = pages(bar, position, length);
        long at = memory.mmap(address, pages, READ_WRITE, Fcntl.MAP_SHARED | fixed, position);
        file.retain();
        views.add(new BarView(file, device, bar, at, position, (int) pages));
        return at;
    }

    private long pages(Bar bar, long position, long length) {
        long pages = machine.memory().rounded(length);
        boolean beyond = position + pages > machine.memory().rounded(bar.size());
        Refused.when(beyond || pages > Integer.MAX_VALUE, Errno.EINVAL);
        return pages;
    }

    /** Lets things happen beside the callers, for as long as there is something. */
    void startThread() {
        if (!stopped && (thread == null || thread.isDone())) {
            thread = new DeviceThread(machine);
            thread.start();
        }
    }

    /** Lets go of what is mapped in a range of addresses. */
    void displace(long start, long end) {
        for (BarView view : List.copyOf(views)) {
            if (view.address() < end && start < view.end()) {
                views.remove(view);
                views.addAll(view.without(start, end));
                view.file().drop();
            }
        }
    }

    /** Whether part of a BAR lies in a range of addresses. */
    boolean reachInto(long start, long end) {
        for (BarView view : views) {
            if (view.address() < end && start < view.end()) {
                return true;
            }
        }
        return false;
    }

    /** What is mapped in a range of addresses, if it is all of one BAR of a function. */
    @Nullable BarPart part(long start, long end) {
        for (BarView view : views) {
            if (view.address() <= start && end <= view.end()) {
                return view.part(start);
            }
        }
        return null;
    }

    /** Shows a function's registers anew, after something else than a view has changed them. */
    void publish(Device device) {
        for (BarView view : views) {
            if (view.device() == device) {
                view.publish();
            }
        }
    }

    /** Looks at all views once; says whether anything was written. */
    boolean look() {
        if (views.isEmpty()) {
            return false;
        }
        boolean written = false;
        for (BarView view : List.copyOf(views)) {
            written |= views.contains(view) && view.look();
        }
        return written;
    }

    boolean isEmpty() {
        return views.isEmpty();
    }

    List<String> describe() {
        return views.stream().map(BarView::toString).toList();
    }

    void stop() {
        stopped = true;
        if (thread != null) {
            thread.stop();
        }
    }
}
