// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CapabilityChainTest {
    private static final int FIXED = 24;
    private static final int LENGTH = 128;

    private final ByteBuffer struct = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());

    private void capability(int offset, int id, int next) {
        struct.putShort(offset, (short) id).putShort(offset + 2, (short) 1);
        struct.putInt(offset + 4, next);
    }

    private List<Integer> ids(int first) {
        return CapabilityChain.read(struct, first, FIXED).all().stream()
                .map(Capability::id)
                .toList();
    }

    @Test
    void theOrderIsThatOfTheChainNotOfTheMemory() {
        capability(24, 7, 64);
        capability(64, 8, 40);
        capability(40, 9, 0);

        assertEquals(List.of(7, 8, 9), ids(24));
    }

    @Test
    void aPayloadReachesToTheNextEntryInMemoryOrToTheEnd() {
        capability(24, 7, 64);
        capability(64, 8, 40);
        capability(40, 9, 0);

        List<Integer> lengths =
                CapabilityChain.read(struct, 24, FIXED).all().stream()
                        .map(c -> c.payload().remaining())
                        .toList();

        assertEquals(List.of(8, 56, 16), lengths);
    }

    @Test
    void idsAndVersionsAreUnsigned() {
        capability(24, 0xfffe, 0);
        struct.putShort(26, (short) 0xffff);

        Capability only = CapabilityChain.read(struct, 24, FIXED).all().get(0);

        assertEquals(0xfffe, only.id());
        assertEquals(0xffff, only.version());
    }

    @Test
    void anUnknownCapabilityKeepsItsBytesWhenTheStructIsUsedAgain() {
        capability(24, 99, 0);
        struct.putLong(32, 0x1122334455667788L);
        CapabilityChain chain = CapabilityChain.read(struct, 24, FIXED);

        struct.putLong(32, 0);

        ByteBuffer payload = chain.find(99, Long.BYTES).orElseThrow().payload();
        assertEquals(0x1122334455667788L, payload.getLong(0));
        assertThrows(ReadOnlyBufferException.class, () -> payload.put(0, (byte) 0));
    }

    @Test
    void aLoopEndsWhereItBegan() {
        capability(24, 1, 40);
        capability(40, 2, 24);

        assertEquals(List.of(1, 2), ids(24));
    }

    @Test
    void anEntryThatPointsToItselfIsReadOnce() {
        capability(24, 1, 24);

        assertEquals(List.of(1), ids(24));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 20, 42, 121, 124, 128, 4096, -8, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aLinkThatCannotBeOneEndsTheChainAndKeepsWhatWasBefore(int link) {
        capability(24, 1, link);

        assertEquals(List.of(1), ids(24));
        assertEquals(List.of(), ids(link));
    }

    @Test
    void anEntryMayEndWithTheStruct() {
        capability(LENGTH - 8, 5, 0);

        CapabilityChain chain = CapabilityChain.read(struct, LENGTH - 8, FIXED);

        assertTrue(chain.find(5, 0).isPresent());
        assertTrue(chain.find(5, 1).isEmpty());
    }

    @Test
    void anEntryWithinTheHeaderOfAnotherIsReadToo() {
        capability(24, 1, 28);
        struct.putInt(32, 0);

        List<Capability> all = CapabilityChain.read(struct, 24, FIXED).all();

        assertEquals(2, all.size());
        assertEquals(LENGTH - 36, all.get(1).payload().capacity());
    }

    @Test
    void noGarbageStopsItOrKeepsItBusy() {
        Random random = new Random(20);
        for (int round = 0; round < 20_000; round++) {
            for (int at = 0; at < LENGTH; at += 4) {
                // Mostly offsets that can be followed, so that chains get long and tangled.
                int word = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(36) * 4;
                struct.putInt(at, word);
            }
            CapabilityChain chain = CapabilityChain.read(struct, random.nextInt(140), FIXED);
            assertTrue(chain.all().size() <= (LENGTH - FIXED) / 4, chain::toString);
        }
    }
}
