// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.Errno;
import org.jvfio.linux.HwptLog;
import org.jvfio.linux.IommuFd;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.HwInfo;
import org.jvfio.linux.uapi.HwptAlloc;
import org.jvfio.linux.uapi.IoasMap;
import org.jvfio.linux.uapi.IoasUnmap;
import org.jvfio.spi.NativeMemory;

/**
 * Dirty tracking in page tables of iommufd on the real kernel: its own mock IOMMU can, none that
 * QEMU emulates does.
 */
@DisplayName("dirty pages of the mock domain")
final class MockDomainDirtyRun extends GuestCase {
    private static final int PAGE = 4096;
    private static final int PAGES = 256;
    private static final long IOVA = 1 << 24;
    private static final int FLAGS = IoasMap.FIXED_IOVA | IoasMap.READABLE | IoasMap.WRITEABLE;

    private final LinuxHost host = LinuxHost.real();
    private IommuFd file;
    private NativeMemory memory;
    private NativeMemory written;
    private NativeMemory told;
    private MockDomain device;
    private int ioas;
    private int tables;
    private HwptLog log;

    @BeforeEach
    void attachMockDevice() throws KernelException {
        file = IommuFd.open(host.kernel(), "/dev/iommu");
        assumeTrue(MockDomain.isThere(file), "the kernel was built without CONFIG_IOMMUFD_TEST");
        memory = host.allocate((long) PAGES * PAGE);
        written = host.allocate(PAGE);
        told = host.allocate(PAGE);
        ioas = file.allocateIoas();
        device = MockDomain.attach(file, ioas, 0);
        tables = file.allocatePageTables(device.id(), ioas, HwptAlloc.DIRTY_TRACKING);
        device.attach(tables);
        file.map(new IoasMap().set(ioas, IOVA, memory.address(), (long) PAGES * PAGE, FLAGS));
        log = new HwptLog(file, tables);
    }

    @AfterEach
    void closeAll() throws KernelException {
        if (device != null) {
            device.close();
            file.destroy(tables);
            file.unmap(new IoasUnmap().set(ioas, 0, -1));
            file.destroy(ioas);
            memory.retire();
            written.retire();
            told.retire();
        }
        file.close();
    }

    @Test
    void iommuSaysThatItTracksDirtyPages() throws KernelException {
        long capabilities = file.hwInfo(device.id(), 0).capabilities();

        assertEquals(HwInfo.DIRTY_TRACKING, capabilities & HwInfo.DIRTY_TRACKING);
    }

    @Test
    void writtenPagesAreToldAndCleanThen() throws KernelException {
        log.start();
        write(0x8000_0000_0000_0005L, 3);

        assertEquals("8000000000000005 0000000000000003", collect());
        assertEquals("0000000000000000 0000000000000000", collect());
        write(8, 0);
        assertEquals("0000000000000008 0000000000000000", collect());
        log.stop();
    }

    @Test
    void lookAtThemLeavesThemDirty() throws KernelException {
        log.start();
        write(6, 1);

        assertEquals("0000000000000006 0000000000000001", look());
        assertEquals("0000000000000006 0000000000000001", look());
        assertEquals("0000000000000006 0000000000000001", collect());
        log.stop();
    }

    @Test
    void lookBeforeUnmappingLosesNoneAndNothingIsLeftAfter() throws KernelException {
        log.start();
        write(0x10, 0x20);

        assertEquals("0000000000000010 0000000000000020", look());
        file.unmap(new IoasUnmap().set(ioas, IOVA, (long) PAGES * PAGE));
        file.map(new IoasMap().set(ioas, IOVA, memory.address(), (long) PAGES * PAGE, FLAGS));
        assertEquals("0000000000000000 0000000000000000", collect());
        log.stop();
    }

    @Test
    void startForgetsWhatWasWrittenBefore() throws KernelException {
        log.start();
        write(1, 1);
        log.stop();
        log.start();

        assertEquals("0000000000000000 0000000000000000", collect());
        log.stop();
    }

    @Test
    void kernelSetsBitsAndClearsNone() throws KernelException {
        log.start();
        write(2, 0);
        told.window(0).putLong(0, 1).putLong(8, 4);
        log.collect(IOVA, (long) PAGES * PAGE, PAGE, told.address());

        assertEquals("0000000000000003 0000000000000004", words());
        log.stop();
    }

    @Test
    void deviceThatCannotTellGetsNoSuchPageTablesAndFitsBehindNone() throws KernelException {
        KernelException unfit =
                assertThrows(
                        KernelException.class,
                        () -> MockDomain.attach(file, tables, MockDomain.NO_DIRTY));
        assertEquals(Errno.EINVAL, unfit.errno());
        try (MockDomain other = MockDomain.attach(file, ioas, MockDomain.NO_DIRTY)) {
            assertEquals(0, file.hwInfo(other.id(), 0).capabilities() & HwInfo.DIRTY_TRACKING);
            KernelException refused =
                    assertThrows(
                            KernelException.class,
                            () ->
                                    file.allocatePageTables(
                                            other.id(), ioas, HwptAlloc.DIRTY_TRACKING));
            assertEquals(Errno.EOPNOTSUPP, refused.errno());
        }
    }

    private void write(long low, long high) throws KernelException {
        written.window(0).putLong(0, low).putLong(8, high);
        MockDomain.write(file, tables, IOVA, 128 * PAGE, PAGE, written.address());
    }

    private String collect() throws KernelException {
        told.window(0).putLong(0, 0).putLong(8, 0);
        log.collect(IOVA, (long) PAGES * PAGE, PAGE, told.address());
        return words();
    }

    private String look() throws KernelException {
        told.window(0).putLong(0, 0).putLong(8, 0);
        log.look(IOVA, (long) PAGES * PAGE, PAGE, told.address());
        return words();
    }

    private String words() {
        return "%016x %016x".formatted(told.window(0).getLong(0), told.window(0).getLong(8));
    }
}
