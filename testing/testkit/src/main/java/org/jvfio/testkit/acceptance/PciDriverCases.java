// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Vfio;
import org.jvfio.device.PciDevice;

/**
 * {@code vfio_pci_driver_test.c}: DR-1 to DR-35, with a driver for {@code edu}.
 *
 * <p>A copy is as large as the device takes, 4 KiB, and the storm has 16 of them: the device works
 * 100 ms on each half of a copy, whatever its size. The region is no larger than they need.
 */
abstract class PciDriverCases extends Acceptance {
    private static final int ROUNDS = 10;
    private static final int STORM = 16;
    private static final int SIZE = EduCopier.MOST_BYTES;
    private static final long REGION = 2L << 20;
    private static final long SOURCE = 0x40_0000;
    private static final long TARGET = SOURCE + REGION / 2;
    private static final long UNMAPPED = 0x4000_0000;

    /** What a case does. */
    private interface Body {
        void run(EduCopier driver, CallerMemory region);
    }

    static Stream<Case<String>> initRemove() {
        return Case.eachMode("DR", 1, "init_remove");
    }

    static Stream<Case<String>> memcpySuccess() {
        return Case.eachMode("DR", 6, "memcpy_success");
    }

    static Stream<Case<String>> memcpyFromUnmappedIova() {
        return Case.eachMode("DR", 11, "memcpy_from_unmapped_iova");
    }

    static Stream<Case<String>> memcpyToUnmappedIova() {
        return Case.eachMode("DR", 16, "memcpy_to_unmapped_iova");
    }

    static Stream<Case<String>> sendMsi() {
        return Case.eachMode("DR", 21, "send_msi");
    }

    static Stream<Case<String>> mixAndMatch() {
        return Case.eachMode("DR", 26, "mix_and_match");
    }

    static Stream<Case<String>> memcpyStorm() {
        return Case.eachMode("DR", 31, "memcpy_storm");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void initRemove(Case<String> given) {
        try (Vfio vfio = open(given.mode());
                PciDevice device = attach(vfio, given.mode(), bench().edu())) {
            for (int i = 0; i < ROUNDS; i++) {
                new EduCopier(kernel(), device).close();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void memcpySuccess(Case<String> given) {
        run(given.mode(), (driver, region) -> copyWell(driver, region, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void memcpyFromUnmappedIova(Case<String> given) {
        run(given.mode(), (driver, region) -> driver.copy(UNMAPPED, TARGET, SIZE));
    }

    /** What the device may not reach does not change. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void memcpyToUnmappedIova(Case<String> given) {
        run(
                given.mode(),
                (driver, region) -> {
                    driver.copy(SOURCE, UNMAPPED, SIZE);
                    assertEquals(ByteBuffer.allocate(SIZE), region.bytes(REGION / 2, SIZE));
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void sendMsi(Case<String> given) {
        run(
                given.mode(),
                (driver, region) -> {
                    driver.sendMessage();
                    assertEquals(1, driver.awaitMessage());
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mixAndMatch(Case<String> given) {
        run(
                given.mode(),
                (driver, region) -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        copyWell(driver, region, i);
                        driver.copy(UNMAPPED, TARGET, SIZE);
                        driver.sendMessage();
                        assertEquals(1, driver.awaitMessage());
                    }
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void memcpyStorm(Case<String> given) {
        run(
                given.mode(),
                (driver, region) -> {
                    for (int i = 0; i < STORM; i++) {
                        copyWell(driver, region, i);
                    }
                });
    }

    private void run(IommuMode mode, Body body) {
        try (CallerMemory region = CallerMemory.of(kernel(), REGION);
                Vfio vfio = open(mode);
                PciDevice device = attach(vfio, mode, bench().edu())) {
            device.addressSpace()
                    .map(IovaRange.of(SOURCE, REGION), region.address(), Access.READ_WRITE);
            try (EduCopier driver = new EduCopier(kernel(), device)) {
                body.run(driver, region);
                assertEquals(0, driver.messages(), "messages that nobody asked for");
            }
        }
    }

    private static void copyWell(EduCopier driver, CallerMemory region, long seed) {
        byte[] pattern = new byte[SIZE];
        new SplittableRandom(seed).nextBytes(pattern);
        region.bytes(0, SIZE).put(pattern);

        driver.copy(SOURCE, TARGET, SIZE);

        assertEquals(ByteBuffer.wrap(pattern), region.bytes(REGION / 2, SIZE));
    }
}
