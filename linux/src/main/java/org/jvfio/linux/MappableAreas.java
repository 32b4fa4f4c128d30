// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jvfio.device.Region.Area;
import org.jvfio.linux.uapi.RegionInfo;

/**
 * Which parts of a region can be mapped: what the kernel offers, checked and in whole pages.
 *
 * <p>The result is sorted, within the region, and without overlaps. Each area starts on a page and
 * ends on one or with the region. What the kernel offers beyond that is dropped, because {@code
 * mmap} would refuse it. Areas that touch stay two, because the device may map them in different
 * ways.
 */
final class MappableAreas {
    private MappableAreas() {}

    /** The areas of a region as the kernel describes it. */
    static List<Area> of(RegionInfo info, long pageSize) {
        boolean wholePages = (info.offset() & pageSize - 1) == 0;
        if ((info.flags() & RegionInfo.MMAP) == 0 || !wholePages) {
            return List.of();
        }
        List<Area> offered =
                info.sparseAreas()
                        .map(
                                areas ->
                                        areas.stream()
                                                .map(a -> new Area(a.offset(), a.size()))
                                                .toList())
                        .orElseGet(() -> List.of(new Area(0, info.size())));
        return checked(offered, info.size(), pageSize);
    }

    /** Those of the {@code offered} areas, or parts of them, that make sense in a region. */
    static List<Area> checked(List<Area> offered, long regionSize, long pageSize) {
        List<Area> areas = new ArrayList<>();
        long free = 0;
        for (Area area : sensible(offered, regionSize)) {
            long first = roundUp(Math.max(area.offset(), free), pageSize);
            long end = wholePages(endOf(area, regionSize), regionSize, pageSize);
            if (first >= 0 && first < end) {
                areas.add(new Area(first, end - first));
                free = end;
            }
        }
        return List.copyOf(areas);
    }

    /** The same areas without the pages that {@code hole} touches. */
    static List<Area> without(List<Area> areas, Area hole, long pageSize) {
        long first = hole.offset() & -pageSize;
        long end = roundUp(hole.offset() + hole.size(), pageSize);
        List<Area> left = new ArrayList<>();
        for (Area area : areas) {
            long areaEnd = area.offset() + area.size();
            addRun(left, area.offset(), Math.min(areaEnd, first));
            addRun(left, Math.max(area.offset(), end), areaEnd);
        }
        return List.copyOf(left);
    }

    private static List<Area> sensible(List<Area> offered, long regionSize) {
        return offered.stream()
                .filter(a -> a.offset() >= 0 && a.offset() < regionSize && a.size() > 0)
                .sorted(Comparator.comparingLong(Area::offset))
                .toList();
    }

    private static long endOf(Area area, long regionSize) {
        long room = regionSize - area.offset();
        return area.size() > room ? regionSize : area.offset() + area.size();
    }

    private static long wholePages(long end, long regionSize, long pageSize) {
        return end == regionSize ? end : end & -pageSize;
    }

    private static long roundUp(long offset, long pageSize) {
        return offset + pageSize - 1 & -pageSize;
    }

    private static void addRun(List<Area> areas, long first, long end) {
        if (first < end) {
            areas.add(new Area(first, end - first));
        }
    }
}
