// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.DmaBuffer;
import org.jvfio.VfioException;
import org.jvfio.device.PciConfig;
import org.jvfio.device.PciDevice;
import org.jvfio.device.Region;
import org.jvfio.device.Registers;
import org.jvfio.spi.NativeMemory;
import org.jvfio.testkit.driver.Arrivals;
import org.jvfio.testkit.driver.EduDriver;
import org.jvfio.testkit.driver.NvmeDriver;

/** Function resets: what they take back, and what stays as it was. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class ResetContract extends Contract {
    private static final int CAPABILITIES = 0x00;
    private static final int CONFIGURATION = 0x14;
    private static final int STATUS = 0x1c;
    private static final int HEADER_BYTES = 64;
    private static final int REGISTER_BYTES = 0x2000;
    private static final int ROUNDS = 5;
    private static final int BYTES = Reach.BYTES;

    /** For extension. */
    protected ResetContract() {}

    @Test
    void registersAreAsAfterPowerOn() {
        try (PciDevice device = attach(bench().nvme())) {
            Region bar = device.bar(0);
            int configuration = bar.getInt(CONFIGURATION);
            int status = bar.getInt(STATUS);
            Registers mapped = mapped(bar);
            try (NvmeDriver nvme = drive(device)) {
                assertNotEquals(status, bar.getInt(STATUS));

                device.reset();

                assertEquals(configuration, bar.getInt(CONFIGURATION));
                assertEquals(status, bar.getInt(STATUS));
                assertEquals(configuration, mapped.getInt(CONFIGURATION));
                assertEquals(status, mapped.getInt(STATUS));
            }
        }
    }

    /** The registers in memory, where they can be; the device takes them back. */
    private Registers mapped(Region bar) {
        return bench().mapsSmallBars() ? bar.map(0, REGISTER_BYTES) : bar;
    }

    @Test
    void configurationSpaceIsAsBefore() {
        try (PciDevice device = attach(bench().nvme())) {
            for (boolean master : new boolean[] {true, false}) {
                device.busMaster(master);
                List<Integer> header = header(device.config());

                device.reset();

                assertEquals(header, header(device.config()));
            }
        }
    }

    private static List<Integer> header(PciConfig config) {
        List<Integer> words = new ArrayList<>();
        for (int offset = 0; offset < HEADER_BYTES; offset += Integer.BYTES) {
            words.add(config.getInt(offset));
        }
        return words;
    }

    @Test
    void mappedMemoryStaysMappedAndPinned() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice device = attach(bench().nvme());
                PciDevice other = attach(bench().edu());
                EduDriver edu = EduDriver.start(other);
                DmaBuffer buffer = space().allocate(BYTES)) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);
            Holdings holdings = bench().holdings();

            device.reset();

            assertEquals(holdings, bench().holdings());
            assertEquals(2, space().mappings().size());
            Reach.assertReaches(edu, onePage().first(), memory.window(0));
            Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
            try (NvmeDriver nvme = drive(device)) {
                assertEquals("jvfio", nvme.identifyController().serial());
            }
        }
    }

    @Test
    void interruptsStayConnected() {
        try (PciDevice device = attach(bench().nvme())) {
            Arrivals arrivals = new Arrivals();
            device.msix().listen(3, arrivals);
            device.msix().listen(64, arrivals);

            device.reset();

            assertEquals(List.of(3, 64), device.msix().enabled());
            for (int vector : device.msix().enabled()) {
                device.msix().trigger(vector);
                assertEquals(vector, arrivals.next());
            }
        }
    }

    @Test
    void deviceWorksAfterEachOfManyResets() {
        try (PciDevice device = attach(bench().nvme())) {
            for (int i = 0; i < ROUNDS; i++) {
                try (NvmeDriver nvme = drive(device)) {
                    assertEquals("jvfio", nvme.identifyController().serial());
                }
                device.reset();
            }
        }
    }

    @Test
    void resetThatThereIsNotChangesNothing() {
        NativeMemory memory = memory(BYTES);
        try (PciDevice device = attach(bench().edu());
                EduDriver edu = EduDriver.start(device)) {
            space().map(onePage(), memory.address(), Access.READ_WRITE);
            edu.challenge(0x1234);
            assertBecomes(~0x1234, edu::liveness);

            VfioException refused = assertThrows(VfioException.class, device::reset);

            assertNames(refused, device.name(), "VFIO_DEVICE_RESET", "no way to reset");
            assertEquals(~0x1234, edu.liveness());
            Reach.assertReaches(edu, onePage().first(), memory.window(0));
        }
    }

    @Test
    void closedDeviceIsNotReset() {
        for (PciDevice device : List.of(attach(bench().nvme()), attach(bench().edu()))) {
            device.close();
            assertThrows(IllegalStateException.class, device::reset);
        }
    }

    @Test
    void registersAreReadWhileTheDeviceIsReset() throws Exception {
        try (PciDevice device = attach(bench().nvme());
                Crew crew = new Crew()) {
            Region bar = device.bar(0);
            Registers mapped = mapped(bar);
            long capabilities = bar.getLong(CAPABILITIES);
            int identity = device.config().getInt(0);
            CountDownLatch resets = new CountDownLatch(2 * ROUNDS);
            crew.start(() -> untilDone(resets, capabilities, () -> mapped.getLong(CAPABILITIES)));
            crew.start(() -> untilDone(resets, capabilities, () -> bar.getLong(CAPABILITIES)));
            crew.start(() -> untilDone(resets, identity, () -> device.config().getInt(0)));
            for (int thread = 0; thread < 2; thread++) {
                crew.start(
                        () -> {
                            for (int i = 0; i < ROUNDS; i++) {
                                device.reset();
                                resets.countDown();
                            }
                            return null;
                        });
            }
            crew.await();
        }
    }

    private static Void untilDone(CountDownLatch resets, long expected, Read read) {
        do {
            assertEquals(expected, read.value());
        } while (resets.getCount() > 0);
        return null;
    }

    /** Reads a register. */
    private interface Read {
        long value();
    }

    @Test
    void deviceMayBeClosedWhileItIsReset() throws Exception {
        CountDownLatch warm = new CountDownLatch(1);
        try (PciDevice device = attach(bench().nvme());
                Crew crew = new Crew()) {
            crew.start(
                    () ->
                            assertThrows(
                                    IllegalStateException.class,
                                    () -> {
                                        while (true) {
                                            device.reset();
                                            warm.countDown();
                                        }
                                    }));
            warm.await();
            device.close();
            crew.await();
        }
        assertEquals(before(), bench().holdings());
    }
}
