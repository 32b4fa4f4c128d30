// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jvfio.IovaRange;
import org.jvfio.VfioException;
import org.jvfio.linux.HwptLog;
import org.jvfio.linux.KernelException;
import org.jvfio.spi.DirtyTracking;
import org.jvfio.spi.Teardown;

/** The dirty pages of an IOAS: what is noted in any of its page tables. */
final class HwptDirtyTracking implements DirtyTracking {
    private final Ioas ioas;
    private final PageTableSet tables;
    private long pageSize;

    HwptDirtyTracking(Ioas ioas, PageTableSet tables) {
        this.ioas = ioas;
        this.tables = tables;
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    @Override
    public boolean wholeMappings() {
        return false;
    }

    /** The kernel is asked in pages that all IOMMUs have. */
    @Override
    public void start() {
        pageSize = Long.lowestOneBit(ioas.pageSizes());
        List<Hwpt> begun = new ArrayList<>();
        try {
            for (Hwpt each : tables.tables()) {
                if (start(each)) {
                    begun.add(each);
                }
            }
        } catch (VfioException refused) {
            throw Teardown.after(refused, () -> stop(begun));
        }
    }

    /** Begins with one, if it can tell and does not already. */
    private boolean start(Hwpt each) {
        HwptLog log = each.log().orElse(null);
        if (log == null || log.isStarted()) {
            return false;
        }
        try {
            log.start();
            return true;
        } catch (KernelException refused) {
            throw refused.about(nameOf(each) + " dirty tracking");
        }
    }

    @Override
    public void stop() {
        stop(tables.tables());
    }

    private void stop(List<Hwpt> begun) {
        Teardown teardown = new Teardown();
        begun.forEach(each -> teardown.step(() -> stop(each)));
        teardown.finish();
    }

    private void stop(Hwpt each) {
        Optional<HwptLog> log = each.log();
        if (log.isPresent()) {
            try {
                log.get().stop();
            } catch (KernelException refused) {
                throw refused.about(nameOf(each) + " end of dirty tracking");
            }
        }
    }

    private String nameOf(Hwpt each) {
        return ioas.name() + " HWPT " + each.id();
    }

    @Override
    public void collect(long first, long length, long bitmap) {
        ask(first, length, bitmap, false);
    }

    /** The kernel forgets what was dirty where it unmaps, so it is asked before. */
    @Override
    public long unmap(IovaRange mapping, long bitmap) {
        ask(mapping.first(), mapping.length(), bitmap, true);
        return ioas.unmap(mapping);
    }

    private void ask(long first, long length, long bitmap, boolean last) {
        for (int i = 0; i < tables.tables().size(); i++) {
            HwptLog log = tables.tables().get(i).log().orElse(null);
            if (log != null && log.isStarted()) {
                ask(log, first, length, bitmap, last);
            }
        }
    }

    private void ask(HwptLog log, long first, long length, long bitmap, boolean last) {
        try {
            if (last) {
                log.look(first, length, pageSize, bitmap);
            } else {
                log.collect(first, length, pageSize, bitmap);
            }
        } catch (KernelException refused) {
            throw refused.about("dirty pages of " + IovaRange.of(first, length) + " on " + ioas);
        }
    }
}
