// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.DirtyLog;
import org.jvfio.DirtyTracker;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.DirtyContract;
import org.jvfio.testkit.contract.SimBench;

/** Dirty pages on machines that can tell them apart, as the emulated ones cannot. */
@DisplayName("dirty pages")
final class DirtyLevelsTest {
    private static final String EDU = "0000:00:05.0";
    private static final String OTHER_EDU = "0000:00:07.0";
    private static final String NVME = "0000:00:08.0";
    private static final int PAGE = 4096;

    /** Those of a machine that is not the usual one. */
    @ExtendWith(ContractReport.class)
    abstract static class Level extends DirtyContract {
        private final SimBench bench;
        private final DirtyTracker tracker;

        Level(String backend, SimKernelBuilder machine, DirtyTracker tracker) {
            String other = backend.equals("legacy") ? "iommufd" : "legacy";
            this.bench = new SimBench(backend, Optional.of(other), machine);
            this.tracker = tracker;
        }

        @Override
        protected Bench bench() {
            return bench;
        }

        @Override
        protected DirtyTracker tracker() {
            return tracker;
        }

        @Override
        protected boolean tellsPagesApart() {
            return true;
        }

        @AfterEach
        void closeMachine() {
            bench.close();
        }
    }

    /** Page tables of iommufd. */
    @Nested
    @DisplayName("in page tables")
    class InPageTables extends Level {
        InPageTables() {
            super(
                    "iommufd",
                    SimHostProvider.machine().withDirtyTracking(),
                    DirtyTracker.PAGE_TABLES);
        }
    }

    @Test
    void whatIsMappedLaterWhereADeviceLogsNothingCountsAsWritten() {
        try (SimKernel kernel = SimHostProvider.machine().withDmaLogging(EDU).build();
                Vfio vfio = Vfio.on(kernel.host());
                DmaBuffer first = vfio.addressSpace().allocate(PAGE);
                PciDevice device = vfio.addressSpace().attach(PciAddress.of(EDU));
                DirtyLog log = vfio.addressSpace().trackDirty();
                DmaBuffer later = vfio.addressSpace().allocate(2 * PAGE)) {
            ByteBuffer bitmap = ByteBuffer.allocate(8);
            log.collect(first.range(), bitmap);
            assertEquals(0, bitmap.get(0), device::toString);
            log.collect(later.range(), bitmap);
            assertEquals(3, bitmap.get(0));
        }
    }

    @Test
    void whatIsWrittenWhileNobodyCanTellStaysDirtyWhenADeviceThatComesEndsThat() {
        SimKernelBuilder machine = SimHostProvider.machine().withDmaLogging(EDU, OTHER_EDU);
        try (SimKernel kernel = machine.build();
                Vfio vfio = Vfio.on(kernel.host());
                DmaBuffer buffer = vfio.addressSpace().allocate(2 * PAGE);
                PciDevice unlogged = vfio.addressSpace().attach(PciAddress.of(NVME));
                PciDevice device = vfio.addressSpace().attach(PciAddress.of(EDU));
                DirtyLog log = vfio.addressSpace().trackDirty()) {
            kernel.failNext("VFIO_DEVICE_FEATURE", Errno.EIO);
            unlogged.close();
            assertEquals(DirtyTracker.NONE, log.sources().get(0).tracker(), device::toString);
            ByteBuffer bitmap = ByteBuffer.allocate(8);
            log.collect(buffer.range(), bitmap);

            vfio.addressSpace().attach(PciAddress.of(OTHER_EDU));

            assertEquals(DirtyTracker.DEVICES, log.sources().get(0).tracker());
            log.collect(buffer.range(), bitmap.put(0, (byte) 0));
            assertEquals(3, bitmap.get(0));
            log.collect(buffer.range(), bitmap.put(0, (byte) 0));
            assertEquals(0, bitmap.get(0));
        }
    }

    @Test
    void deviceThatCannotLogPutsTheTaskOnThePageTablesOrMakesAllDirty() {
        try (SimKernel kernel = SimHostProvider.machine().withDmaLogging(EDU).build();
                Vfio vfio = Vfio.on(kernel.host());
                DmaBuffer buffer = vfio.addressSpace().allocate(2 * PAGE);
                PciDevice device = vfio.addressSpace().attach(PciAddress.of(EDU));
                DirtyLog log = vfio.addressSpace().trackDirty()) {
            assertEquals(DirtyTracker.DEVICES, log.sources().get(0).tracker(), device::toString);
            vfio.addressSpace().attach(PciAddress.of(OTHER_EDU)).close();
            assertEquals(DirtyTracker.DEVICES, log.sources().get(0).tracker());
            ByteBuffer bitmap = ByteBuffer.allocate(8);
            log.collect(buffer.range(), bitmap);
            assertEquals(3, bitmap.get(0), "nobody noted what the one wrote that left");
            log.collect(buffer.range(), bitmap.put(0, (byte) 0));
            assertEquals(0, bitmap.get(0));
        }
    }

    /** Devices behind iommufd. */
    @Nested
    @DisplayName("in devices, iommufd")
    class InDevicesOfIommufd extends Level {
        InDevicesOfIommufd() {
            super(
                    "iommufd",
                    SimHostProvider.machine().withDmaLogging(EDU, OTHER_EDU),
                    DirtyTracker.DEVICES);
        }
    }

    /** Devices in groups. */
    @Nested
    @DisplayName("in devices, legacy")
    class InDevicesOfLegacy extends Level {
        InDevicesOfLegacy() {
            super(
                    "legacy",
                    SimHostProvider.machine().withDmaLogging(EDU, OTHER_EDU),
                    DirtyTracker.DEVICES);
        }
    }
}
