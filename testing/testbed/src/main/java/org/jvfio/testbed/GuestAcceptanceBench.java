// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jvfio.Host;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.LinuxHost;
import org.jvfio.testkit.acceptance.AcceptanceBench;
import org.jvfio.testkit.contract.Holdings;

/** The guest, with the network card that can have virtual functions. */
final class GuestAcceptanceBench implements AcceptanceBench {
    static final PciAddress IGB = PciAddress.of("0000:02:00.0");

    private static final Path DEVICES = Path.of("/sys/bus/pci/devices");

    private final Host host = LinuxHost.real();

    @Override
    public Host host() {
        return host;
    }

    @Override
    public PciAddress edu() {
        return GuestBench.EDU;
    }

    @Override
    public PciAddress nvme() {
        return GuestBench.NVME;
    }

    @Override
    public List<PciAddress> all() {
        return List.of(GuestBench.EDU, GuestBench.OTHER_EDU, GuestBench.NVME);
    }

    @Override
    public PciAddress physicalFunction() {
        return IGB;
    }

    @Override
    public VirtualFunction enableVirtualFunction() {
        Path physical = DEVICES.resolve(IGB.name());
        assumeTrue(Files.exists(physical), "this guest has no igb: run it with --igb");
        try {
            write(physical.resolve("sriov_numvfs"), 1);
            Path virtual = physical.resolve("virtfn0").toRealPath();
            return new Enabled(physical, PciAddress.of(virtual.getFileName().toString()));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void write(Path file, int value) throws IOException {
        Files.writeString(file, Integer.toString(value));
    }

    @Override
    public Holdings holdings() {
        return Holdings.ofThisProcess();
    }

    private record Enabled(Path physical, PciAddress address) implements VirtualFunction {
        @Override
        public void close() {
            try {
                write(physical.resolve("sriov_numvfs"), 0);
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }
    }
}
