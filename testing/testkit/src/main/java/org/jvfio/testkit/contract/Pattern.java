// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Bytes that are recognised where a device has copied them. */
final class Pattern {
    private final byte[] bytes;

    private Pattern(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes in disorder, others for each {@code seed}. */
    static Pattern of(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return new Pattern(bytes);
    }

    /** The same byte throughout. */
    static Pattern only(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return new Pattern(bytes);
    }

    /** Writes the pattern to the start of {@code target}. */
    void putInto(ByteBuffer target) {
        target.put(0, bytes);
    }

    /** Fails unless {@code source} begins with the pattern. */
    void assertIn(ByteBuffer source) {
        byte[] found = new byte[bytes.length];
        source.get(0, found);
        assertArrayEquals(bytes, found);
    }
}
