// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.LinuxHost;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.NvmeDriver;

/** What all contract suites share: a session on the bench, and the look at what is left of it. */
// Who extends it has JUnit's modules; who only uses the simulated kernel need not have them.
@SuppressWarnings("exports")
@Timeout(120)
public abstract class Contract {
    private static final long THREAD_DEADLINE_MILLIS = 10_000;
    private static final long ADDRESS = 0x10_0000;
    private static final long REGISTER_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<NativeMemory> memory = new ArrayList<>();
    private Holdings before;
    private Vfio vfio;

    /** For the suites. */
    Contract() {}

    /** The machine, its devices, and the backend under test. */
    protected abstract Bench bench();

    @BeforeEach
    final void openSession() {
        before = bench().holdings();
        vfio = bench().open();
    }

    @AfterEach
    final void nothingIsLeftOfTheSession() throws InterruptedException {
        vfio.close();
        for (Thread thread : Holdings.runningThreads().toList()) {
            thread.join(THREAD_DEADLINE_MILLIS);
        }
        assertEquals(before, bench().holdings(), "held after the test, against before it");
        memory.forEach(NativeMemory::retire);
    }

    /** What the process held before the session was opened. */
    final Holdings before() {
        return before;
    }

    final Vfio vfio() {
        return vfio;
    }

    /** The session's own address space. */
    final AddressSpace space() {
        return vfio.addressSpace();
    }

    final PciDevice attach(PciAddress address) {
        return attach(space(), address);
    }

    final PciDevice attach(AddressSpace space, PciAddress address) {
        return space.attach(address, AttachOptions.defaults().backend(bench().backend()));
    }

    /** Drives an {@code nvme} with interrupts, where they come. */
    final NvmeDriver drive(PciDevice nvme) {
        return bench().keepsMsix() ? NvmeDriver.start(nvme) : NvmeDriver.startPolling(nvme);
    }

    /** The system calls of the machine, for what a caller does by itself. */
    final Kernel kernel() {
        return LinuxHost.of(vfio.host()).kernel();
    }

    /** Addresses of devices for one page, the least that every backend maps. */
    final IovaRange onePage() {
        return IovaRange.of(ADDRESS, vfio.host().pageSize());
    }

    /** Memory of the machine that is given back after the test. */
    final NativeMemory memory(long bytes) {
        NativeMemory fresh = vfio.host().allocate(bytes);
        memory.add(fresh);
        return fresh;
    }

    /**
     * Fails unless {@code actual} becomes {@code expected}: a device may take its time over what
     * was written to it, and tells nobody.
     */
    static void assertBecomes(int expected, IntSupplier actual) {
        long start = System.nanoTime();
        int value = actual.getAsInt();
        while (value != expected && System.nanoTime() - start < REGISTER_DEADLINE_NANOS) {
            Thread.onSpinWait();
            value = actual.getAsInt();
        }
        assertEquals(expected, value);
    }

    /** Fails unless the message has all these words in it. */
    static void assertNames(Throwable refusal, String... words) {
        String message = String.valueOf(refusal.getMessage());
        assertAll(
                Stream.of(words)
                        .map(
                                word ->
                                        (Executable)
                                                () ->
                                                        assertTrue(
                                                                message.contains(word),
                                                                () ->
                                                                        "no \"%s\" in \"%s\""
                                                                                .formatted(
                                                                                        word,
                                                                                        message))));
    }
}
