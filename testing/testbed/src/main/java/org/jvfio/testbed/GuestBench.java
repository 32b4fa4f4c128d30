// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.Abi;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.Holdings;

/**
 * The guest: its devices are those in the table of the testbed's README.
 *
 * @param backend the backend under test
 */
record GuestBench(String backend) implements Bench {
    static final String LEGACY = "legacy";
    static final String IOMMUFD = "iommufd";
    static final String SPAPR = "spapr";
    static final PciAddress EDU = address("0003:00:01.0", "0000:00:05.0");
    static final PciAddress OTHER_EDU = address("0004:00:01.0", "0000:00:07.0");
    static final PciAddress NVME =
            address("0001:00:01.0", Abi.host() == Abi.S390X ? "0001:00:00.0" : "0000:00:08.0");
    static final PciAddress PAIR = PciAddress.of("0000:03:00.0");
    static final PciAddress OTHER_OF_PAIR = PciAddress.of("0000:03:00.1");
    static final PciAddress DRIVERLESS = address("0005:00:01.0", "0000:00:09.0");
    static final PciAddress UNVIABLE =
            address("0002:00:01.0", functions() ? "0000:01:00.0" : "0000:01:01.0");
    static final PciAddress FOREIGN =
            address("0002:00:02.0", functions() ? "0000:01:00.1" : "0000:01:02.0");

    private static final int SMALL_PAGE = 4096;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path ENTRY_LIMIT =
            Path.of("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit");

    /** Each device of ppc64le is on a host bridge of its own. */
    private static PciAddress address(String onPower, String elsewhere) {
        return PciAddress.of(isPower() ? onPower : elsewhere);
    }

    private static boolean isPower() {
        return Abi.host() == Abi.PPC64LE;
    }

    /**
     * Whether the group of two devices is one of two functions: aarch64 has none behind a bridge.
     */
    private static boolean functions() {
        return Abi.host() == Abi.AARCH64;
    }

    @Override
    public Vfio open(UnaryOperator<Vfio.Builder> how) {
        return how.apply(Vfio.builder()).open();
    }

    @Override
    public Optional<String> otherBackend() {
        return isPower()
                ? Optional.empty()
                : Optional.of(backend.equals(LEGACY) ? IOMMUFD : LEGACY);
    }

    @Override
    public boolean sharesPageTables() {
        return !isPower();
    }

    @Override
    public boolean passesDevices() {
        return !isPower();
    }

    @Override
    public boolean mediates() {
        return !isPower();
    }

    @Override
    public boolean mapsBars() {
        return !isPower();
    }

    /** All functions behind a host bridge of POWER are in one group. */
    @Override
    public boolean hasPair() {
        return !isPower();
    }

    /** Linux 7.3 has the firmware write a device's table once: see docs/platforms.md. */
    @Override
    public boolean keepsMsix() {
        return !isPower();
    }

    @Override
    public boolean countsMappings() {
        return !isPower();
    }

    @Override
    public long highMemory() {
        return isPower() ? 0x2000_0000L : Bench.super.highMemory();
    }

    /** BARs lie side by side, but on POWER the nvme is alone behind its bridge. */
    @Override
    public boolean mapsSmallBars() {
        return isPower() || LinuxHost.real().pageSize() <= SMALL_PAGE;
    }

    @Override
    public PciAddress edu() {
        return EDU;
    }

    @Override
    public PciAddress otherEdu() {
        return OTHER_EDU;
    }

    @Override
    public PciAddress nvme() {
        return NVME;
    }

    @Override
    public PciAddress pair() {
        return PAIR;
    }

    @Override
    public PciAddress otherOfPair() {
        return OTHER_OF_PAIR;
    }

    @Override
    public PciAddress driverless() {
        return DRIVERLESS;
    }

    @Override
    public PciAddress foreign() {
        return FOREIGN;
    }

    @Override
    public PciAddress unviable() {
        return UNVIABLE;
    }

    @Override
    public Holdings holdings() {
        return Holdings.ofThisProcess();
    }

    @Override
    public Optional<Limit> limitMappings(int mappings) {
        if (!Files.exists(ENTRY_LIMIT)) {
            return Optional.empty();
        }
        try {
            String before = Files.readString(ENTRY_LIMIT);
            Files.writeString(ENTRY_LIMIT, Integer.toString(mappings));
            return Optional.of(() -> restore(before));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** The tests run as root, which no such limit holds; {@link UnprivilegedRun} is for others. */
    @Override
    public Optional<Limit> limitLockedMemory(long bytes) {
        return Optional.empty();
    }

    /** A file without a name in the guest's tmpfs: the kernel takes it for what it is. */
    @Override
    public int memoryFile(long bytes) {
        try {
            Path path = Files.createTempFile(SHARED_MEMORY, "jvfio", "");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(bytes);
                return LinuxHost.real().kernel().open(path.toString(), Fcntl.O_RDWR);
            } finally {
                Files.delete(path);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void restore(String limit) {
        try {
            Files.writeString(ENTRY_LIMIT, limit);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
