// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.testkit.SimDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;
import org.jvfio.testkit.device.IgbModel;
import org.jvfio.testkit.device.SilentModel;

/**
 * The simulated machine of {@link SimHostProvider} with a card of two functions, for a backend that
 * is found or named.
 *
 * <p><b>Lifetime.</b> Of one test: {@link #close} ends the machine's thread.
 */
public final class SimBench implements Bench, AutoCloseable {
    private static final String PORT = "0000:00:0b.0";
    private static final int NVME_BAR_BYTES = 0x4000;
    private static final int USUAL_LIMIT = 65_535;

    private final String backend;
    private final Optional<String> otherBackend;
    private final SimKernel kernel;

    /**
     * A new machine.
     *
     * @param backend the backend under test
     * @param otherBackend another one, if there is one
     */
    public SimBench(String backend, Optional<String> otherBackend) {
        this(backend, otherBackend, SimHostProvider.machine());
    }

    /**
     * A machine that differs from the usual one.
     *
     * @param backend the backend under test
     * @param otherBackend another one, if there is one
     * @param machine {@link SimHostProvider#machine}, changed
     */
    public SimBench(String backend, Optional<String> otherBackend, SimKernelBuilder machine) {
        this.backend = backend;
        this.otherBackend = otherBackend;
        this.kernel =
                machine.device(
                                SimDevice.of(PORT, new SilentModel(0x1b36, 0x000c, 0x060400))
                                        .unbound())
                        .device(SimDevice.of("0000:03:00.0", new IgbModel()).behind(PORT))
                        .device(SimDevice.of("0000:03:00.1", new IgbModel()).behind(PORT))
                        .build();
    }

    /** The machine's kernel. */
    public SimKernel kernel() {
        return kernel;
    }

    @Override
    public Vfio open(UnaryOperator<Vfio.Builder> how) {
        return how.apply(Vfio.builder().host(kernel.host())).open();
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public Optional<String> otherBackend() {
        return otherBackend;
    }

    /** The containers of POWER's IOMMU have one group each. */
    @Override
    public boolean sharesPageTables() {
        return !isPowers();
    }

    private boolean isPowers() {
        return backend.equals("spapr");
    }

    /** Linux gives iommufd no devices on POWER. */
    @Override
    public boolean passesDevices() {
        return !isPowers();
    }

    @Override
    public boolean mediates() {
        return !isPowers();
    }

    /** POWER's IOMMU takes memory alone, which it pins. */
    @Override
    public boolean mapsBars() {
        return !isPowers();
    }

    @Override
    public boolean mapsSmallBars() {
        return kernel.host().pageSize() <= NVME_BAR_BYTES;
    }

    /** Registered memory counts once for a process, and tables count as well. */
    @Override
    public boolean countsMappings() {
        return !isPowers();
    }

    /** Within the first window: the next begins far above. */
    @Override
    public long highMemory() {
        return isPowers() ? 0x2000_0000L : Bench.super.highMemory();
    }

    @Override
    public PciAddress edu() {
        return PciAddress.of("0000:00:05.0");
    }

    @Override
    public PciAddress otherEdu() {
        return PciAddress.of("0000:00:07.0");
    }

    @Override
    public PciAddress nvme() {
        return PciAddress.of("0000:00:08.0");
    }

    @Override
    public PciAddress pair() {
        return PciAddress.of("0000:03:00.0");
    }

    @Override
    public PciAddress otherOfPair() {
        return PciAddress.of("0000:03:00.1");
    }

    @Override
    public PciAddress driverless() {
        return PciAddress.of("0000:00:09.0");
    }

    @Override
    public PciAddress foreign() {
        return PciAddress.of("0000:01:02.0");
    }

    @Override
    public PciAddress unviable() {
        return PciAddress.of("0000:01:01.0");
    }

    @Override
    public Holdings holdings() {
        return holdings(kernel);
    }

    /** What this process holds of a simulated kernel, and jvfio's threads. */
    public static Holdings holdings(SimKernel kernel) {
        List<String> held = new ArrayList<>();
        for (String left : kernel.leftovers()) {
            held.add(left.replaceFirst("^\\d+ ", ""));
        }
        return new Holdings(
                held.stream().sorted().toList(), kernel.pinnedBytes(), Holdings.ownThreads());
    }

    @Override
    public Optional<Limit> limitMappings(int mappings) {
        kernel.limitMappings(mappings);
        return Optional.of(() -> kernel.limitMappings(USUAL_LIMIT));
    }

    @Override
    public Optional<Limit> limitLockedMemory(long bytes) {
        kernel.limitLockedMemory(bytes);
        return Optional.of(() -> kernel.limitLockedMemory(Long.MAX_VALUE));
    }

    @Override
    public int memoryFile(long bytes) {
        return kernel.memoryFile(bytes);
    }

    @Override
    public void close() {
        kernel.close();
    }
}
