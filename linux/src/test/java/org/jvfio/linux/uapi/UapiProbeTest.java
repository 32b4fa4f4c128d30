// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.linux.uapi.UapiTable.U64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;

/**
 * Every struct, request number and flag of ours is that of the kernel's headers, on every
 * architecture. Headers that are too old for a part, or absent, skip that part and say so.
 */
class UapiProbeTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void callsAndTheirFlagsAreThoseOfTheArchitecture(Abi abi) throws IOException {
        assertAlike(machine(abi), probe(abi).group("machine"));
    }

    @ParameterizedTest
    @EnumSource
    void errorNumbersAreThoseOfTheArchitecture(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        for (int number = 1; number < 4096; number++) {
            Errno errno = Errno.of(number);
            if (errno.name().startsWith("E")) {
                ours.number(errno.name(), number);
            }
        }
        assertAlike(ours.values(), probe(abi).group("errno"));
    }

    @ParameterizedTest
    @EnumSource
    void vfioIsAsItsHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        VfioTables.numbers(ours);
        VfioTables.groupAndIommu(ours);
        VfioTables.device(ours);
        SpaprTables.all(ours);
        assertAlike(ours.values(), probe(abi).group("vfio"));
    }

    @ParameterizedTest
    @EnumSource
    void regionsOfSubchannelsAreAsTheirHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        CcwTables.regions(ours);
        assertAlike(ours.values(), probe(abi).group("ccw"));
    }

    @ParameterizedTest
    @EnumSource
    void characterDevicesAreAsTheirHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        VfioTables.characterDevice(ours);
        assertAlike(ours.values(), newer(probe(abi).group("cdev"), "VFIO_DEVICE_BIND_IOMMUFD"));
    }

    @ParameterizedTest
    @EnumSource
    void migrationIsAsItsHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        VfioTables.migration(ours);
        assertAlike(
                ours.values(), newer(probe(abi).group("migration"), "VFIO_MIG_GET_PRECOPY_INFO"));
    }

    @ParameterizedTest
    @EnumSource
    void tokensOfVirtualFunctionsAreAsTheirHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        VfioTables.token(ours);
        assertAlike(ours.values(), newer(probe(abi).group("token"), "VFIO_DEVICE_BIND_FLAG_TOKEN"));
    }

    @ParameterizedTest
    @EnumSource
    void filesOfBarsAreAsTheirHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        VfioTables.dmaBuf(ours);
        assertAlike(
                ours.values(), newer(probe(abi).group("dmabuf"), "VFIO_DEVICE_FEATURE_DMA_BUF"));
    }

    @ParameterizedTest
    @EnumSource
    void iommufdIsAsItsHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        IommufdTables.addressSpaces(ours);
        IommufdTables.options(ours);
        IommufdTables.pageTables(ours);
        assertAlike(ours.values(), newer(probe(abi).group("iommufd"), "linux/iommufd.h"));
    }

    @ParameterizedTest
    @EnumSource
    void iommufdOfFilesIsAsItsHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        IommufdTables.files(ours);
        assertAlike(ours.values(), newer(probe(abi).group("files"), "IOMMU_IOAS_CHANGE_PROCESS"));
    }

    @ParameterizedTest
    @EnumSource
    void kvmIsAsItsHeaderSays(Abi abi) throws IOException {
        UapiTable ours = new UapiTable(abi);
        KvmTables.vfioDevice(ours);
        assertAlike(ours.values(), newer(probe(abi).group("kvm"), "linux/kvm.h"));
    }

    private static void assertAlike(Map<String, Long> ours, Map<String, Long> headers) {
        Set<String> names = new TreeSet<>(ours.keySet());
        names.addAll(headers.keySet());
        List<String> differences =
                names.stream()
                        .filter(name -> !Objects.equals(ours.get(name), headers.get(name)))
                        .map(name -> name + " " + ours.get(name) + " not " + headers.get(name))
                        .toList();
        assertEquals(List.of(), differences, "ours, not the headers'");
    }

    private UapiProbe probe(Abi abi) throws IOException {
        Optional<UapiHeaders> headers = UapiHeaders.find();
        assumeTrue(headers.isPresent(), "no linux/vfio.h: " + UapiHeaders.ADVICE);
        Optional<Path> asm = headers.orElseThrow().asm(abi);
        assumeTrue(asm.isPresent(), () -> "no asm headers of " + abi + ": " + UapiHeaders.ADVICE);
        Optional<Path> compiler = UapiProbe.compiler(abi);
        assumeTrue(compiler.isPresent(), "no C compiler: install gcc");
        return UapiProbe.of(
                abi, compiler.orElseThrow(), headers.orElseThrow(), asm.orElseThrow(), folder);
    }

    private static Map<String, Long> newer(Map<String, Long> group, String what) {
        assumeTrue(!group.isEmpty(), "headers without " + what + ": " + UapiHeaders.ADVICE);
        return group;
    }

    /** The C library's own headers are those of this machine; the other architectures are alike. */
    @Test
    void socketsAreAsTheCLibrarySays() throws IOException {
        Optional<Path> compiler = UapiProbe.compiler(Abi.host());
        assumeTrue(compiler.isPresent(), "no C compiler: install gcc");
        assumeTrue(
                Files.exists(Path.of("/usr/include/fcntl.h")), "no C library: install libc6-dev");
        UapiTable ours = new UapiTable(Abi.host());
        SocketTables.messages(ours);
        Map<String, Long> library =
                UapiProbe.ofLibrary(compiler.orElseThrow(), folder).group("socket");
        assertAlike(ours.values(), library);
    }

    private static Map<String, Long> machine(Abi abi) {
        UapiTable ours = new UapiTable(abi);
        SocketTables.address(ours);
        return ours.number("_IO", abi.io(';', 100))
                .number("_IOR", abi.ior(';', 100, U64))
                .number("_IOW", abi.iow(';', 100, U64))
                .number("_IOWR", abi.iowr(';', 100, U64))
                .number("__NR_ioctl", abi.ioctlNumber())
                .number("__NR_openat", abi.openatNumber())
                .number("O_WRONLY", Fcntl.O_WRONLY)
                .number("O_RDWR", Fcntl.O_RDWR)
                .number("O_CLOEXEC", Fcntl.O_CLOEXEC)
                .number("PROT_NONE", Fcntl.PROT_NONE)
                .number("PROT_READ", Fcntl.PROT_READ)
                .number("PROT_WRITE", Fcntl.PROT_WRITE)
                .number("MAP_SHARED", Fcntl.MAP_SHARED)
                .number("MAP_PRIVATE", Fcntl.MAP_PRIVATE)
                .number("MAP_FIXED", Fcntl.MAP_FIXED)
                .number("MAP_ANONYMOUS", Fcntl.MAP_ANONYMOUS)
                .number("MADV_HUGEPAGE", Fcntl.MADV_HUGEPAGE)
                .number("MADV_POPULATE_READ", Fcntl.MADV_POPULATE_READ)
                .number("MADV_POPULATE_WRITE", Fcntl.MADV_POPULATE_WRITE)
                // The one flag that POWER numbers in its own way; there ours is a bit without
                // meaning, and swap space is set aside after all.
                .number("MAP_NORESERVE", abi.mapNoreserve())
                .number("MAP_HUGETLB", Fcntl.MAP_HUGETLB)
                .number("MAP_HUGE_SHIFT", Fcntl.MAP_HUGE_SHIFT)
                .number("EFD_NONBLOCK", Fcntl.EFD_NONBLOCK)
                .number("POLLIN", Fcntl.POLLIN)
                .number("SOL_SOCKET", Fcntl.SOL_SOCKET)
                .number("SO_PEERCRED", abi.soPeercred())
                .values();
    }
}
