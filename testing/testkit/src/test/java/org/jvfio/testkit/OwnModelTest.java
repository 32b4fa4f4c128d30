// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.jvfio.testkit.Seam.PAGE;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.uapi.VfioRequests;

/** The model that README.md shows: a vendor's own device, in a page of code. */
final class OwnModelTest {
    private static final String NAME = "0000:03:00.0";
    private static final Path README = Path.of("README.md");
    private static final Path FOLDER = Path.of("src/test/java/org/jvfio/testkit");

    @Test
    void modelOfAVendorWorksAsADevice() {
        SimKernel kernel =
                SimKernel.builder().device(SimDevice.of(NAME, new SummerModel())).build();
        try (Seam seam = Seam.on(kernel)) {
            Bound summer = Bound.iommufd(seam, NAME).enabled();
            long memory = seam.memory(PAGE);
            for (int i = 0; i < 4; i++) {
                seam.view(memory, PAGE).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * i, i + 1);
            }
            assertEquals(0, summer.map(0x10000, memory, PAGE));
            int done = seam.eventfd();
            Words irq = Words.of(24, 4 | 1 << 5, 1, 0, 1, done);
            assertEquals(0, seam.ioctl(summer.device, VfioRequests.DEVICE_SET_IRQS, irq));

            summer.write(0x00, 8, 0x10000);
            summer.write(0x08, 4, 4);

            assertTrue(seam.arrives(done));
            assertEquals(10, summer.read(0x0c, 4));
            summer.write(0x00, 8, 0x20000);
            summer.write(0x08, 4, 4);
            assertEquals(1, kernel.faults().size());
        }
    }

    @Test
    void readmeShowsThisVeryModel() throws IOException {
        assumeTrue(Files.exists(README), "the sources are not here");
        String source = Files.readString(FOLDER.resolve("SummerModel.java"));
        String model = source.substring(source.indexOf("/** A device"));

        assertTrue(Files.readString(README).contains("```java\n" + model + "```"));
    }
}
