// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import java.nio.ByteBuffer;
import org.jvfio.testkit.driver.EduDriver;

/** What an {@code edu} can reach: found out by having it copy bytes. */
final class Reach {
    /** How much is copied. */
    static final int BYTES = EduDriver.BUFFER_BYTES;

    private static final int UNTOUCHED = 0x5a;
    private static int seed;

    private Reach() {}

    /** Fails unless the device reads and writes {@code memory} at {@code iova}. */
    static void assertReaches(EduDriver edu, long iova, ByteBuffer memory) {
        Pattern pattern = fresh();
        pattern.putInto(memory);
        edu.load(iova, BYTES);
        Pattern.only(0, BYTES).putInto(memory);
        edu.store(iova, BYTES);
        pattern.assertIn(memory);
    }

    private static synchronized Pattern fresh() {
        seed++;
        return Pattern.of(seed, BYTES);
    }

    /** Fails if the device writes {@code memory} at {@code iova}. */
    static void assertDoesNotReach(EduDriver edu, long iova, ByteBuffer memory) {
        Pattern.only(UNTOUCHED, BYTES).putInto(memory);
        edu.store(iova, BYTES);
        Pattern.only(UNTOUCHED, BYTES).assertIn(memory);
    }
}
