// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;
import org.jvfio.MemoryFile;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.ProcessMemory;
import org.jvfio.testkit.driver.EduDriver;

/**
 * Guest memory that is a file: mapped by the file where the kernel can, and by address elsewhere.
 */
public abstract class MemoryFileContract extends Contract {
    private static final long FIRST = 0x10_0000;
    private static final int PAGES = 4;

    private int page;
    private int descriptor;
    private long address;
    private MemoryFile file;

    /** For extension. */
    protected MemoryFileContract() {}

    @BeforeEach
    final void makeFile() {
        page = vfio().host().pageSize();
        descriptor = bench().memoryFile((long) PAGES * page);
        int both = Fcntl.PROT_READ | Fcntl.PROT_WRITE;
        address = kernel().mmap(0, size(), both, Fcntl.MAP_SHARED, descriptor, 0);
        assertTrue(address > 0, () -> "mmap: " + address);
        file = new MemoryFile(descriptor, 0, address, size());
    }

    @AfterEach
    final void closeFile() {
        assertEquals(0, kernel().munmap(address, size()));
        assertEquals(0, kernel().close(descriptor));
    }

    private long size() {
        return (long) PAGES * page;
    }

    @Test
    void deviceReachesTheFilesPages() {
        PciDevice device = attach(bench().edu());
        space().map(IovaRange.of(FIRST, size()), address, Access.READ_WRITE, file);

        copyThroughDevice(device);

        assertEquals(
                List.of(
                        new Mapping(
                                IovaRange.of(FIRST, size()),
                                address,
                                Access.READ_WRITE,
                                Optional.of(file))),
                space().mappings());
        assertEquals(size(), space().unmapAll());
    }

    @Test
    void partOfTheFileIsMappedAtItsOwnOffset() {
        PciDevice device = attach(bench().edu());
        space().map(IovaRange.of(FIRST, page), address + 2L * page, Access.READ_WRITE, file);
        space().map(IovaRange.of(FIRST + page, page), address, Access.READ_WRITE, file);
        ByteBuffer bytes = ProcessMemory.view(address, PAGES * page);
        bytes.putLong(2 * page, 0x1122_3344_5566_7788L);

        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(FIRST, 8);
            edu.store(FIRST + page, 8);
        }

        assertEquals(0x1122_3344_5566_7788L, bytes.getLong(0));
        space().unmapAll();
    }

    @Test
    void deviceThatJoinsLaterReachesThemAsWell() {
        space().map(IovaRange.of(FIRST, size()), address, Access.READ_WRITE, file);

        copyThroughDevice(attach(bench().edu()));

        space().unmapAll();
    }

    @Test
    void memoryOutsideTheFilesMappingIsRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                space().map(
                                                IovaRange.of(FIRST, 2L * page),
                                                address + (PAGES - 1L) * page,
                                                Access.READ,
                                                file));

        assertNames(refused, "vaddr", Long.toHexString(address));
        assertEquals(List.of(), space().mappings());
    }

    private void copyThroughDevice(PciDevice device) {
        ByteBuffer bytes = ProcessMemory.view(address, PAGES * page);
        bytes.putLong(0, 0x0102_0304_0506_0708L);
        try (EduDriver edu = EduDriver.start(device)) {
            edu.load(FIRST, 8);
            edu.store(FIRST + 3L * page, 8);
        }
        assertEquals(0x0102_0304_0506_0708L, bytes.getLong(3 * page));
    }
}
