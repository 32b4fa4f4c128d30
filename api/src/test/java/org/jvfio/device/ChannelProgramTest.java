// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

/** What programs look like in memory, and what is no program. */
final class ChannelProgramTest {
    private static final long AT = 0x10000;
    private static final int BYTES = 0x4000;

    private final ByteBuffer memory = ByteBuffer.allocate(BYTES);
    private final IovaRange range = IovaRange.of(AT, BYTES);
    private List<Mapping> mappings = List.of(new Mapping(range, 0, Access.READ_WRITE));

    private Orb lay(ChannelProgram.Builder program, long offset) {
        return program.build().layInto(space(), buffer(range), offset);
    }

    private Orb lay(ChannelProgram.Builder program) {
        return lay(program, 0);
    }

    private AddressSpace space() {
        return (AddressSpace)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {AddressSpace.class},
                        (proxy, method, arguments) -> mappings);
    }

    private DmaBuffer buffer(IovaRange place) {
        return new DmaBuffer() {
            @Override
            public IovaRange range() {
                return place;
            }

            @Override
            public long size() {
                return BYTES;
            }

            @Override
            public long address() {
                return 0;
            }

            @Override
            public ByteBuffer bytes(long offset, int length) {
                return memory.slice((int) offset, length);
            }

            @Override
            public void close() {}
        };
    }

    private void assertWords(int at, int... words) {
        for (int i = 0; i < words.length; i++) {
            assertEquals(
                    Integer.toHexString(words[i]),
                    Integer.toHexString(memory.getInt(at + i * Integer.BYTES)),
                    "word at " + (at + i * Integer.BYTES));
        }
    }

    private static void assertMistake(Runnable program, String... words) {
        assertThat(assertThrows(IllegalArgumentException.class, program::run))
                .hasMessageContainingAll(words);
    }

    @Test
    void commandsAreChainedAndTheLastIsNot() {
        Orb request =
                lay(
                        ChannelProgram.builder()
                                .command(0x03)
                                .command(0x02, AT + 0x1000, 80, CcwFlag.SUPPRESS_LENGTH)
                                .command(0x01, AT + 0x2000, 0xffff - 0xe000, CcwFlag.INTERRUPT),
                        64);

        assertWords(64, 0x03400000, 0, 0x02600050, (int) AT + 0x1000, 0x01081fff);
        assertEquals((int) AT + 64, request.programAddress());
        assertTrue(request.has(Orb.FORMAT_1 | Orb.PREFETCH | Orb.WIDE_ADDRESS_WORDS));
        assertEquals(0xff, request.pathMask());
    }

    @Test
    void dataAreChained() {
        lay(
                ChannelProgram.builder()
                        .command(0x02, AT, 8)
                        .more(AT + 64, 16, CcwFlag.SKIP)
                        .command(0x03));

        assertWords(0, 0x02800008, (int) AT, 0x00500010, (int) AT + 64, 0x03000000);
    }

    @Test
    void transferGoesToAWordOfTheProgram() {
        lay(ChannelProgram.builder().command(0x07).transferTo(0).command(0x03), 8);

        assertWords(8, 0x07400000, 0, 0x08000000, (int) AT + 8, 0x03000000, 0);
    }

    @Test
    void listIsLaidBehindTheWords() {
        Orb request =
                lay(ChannelProgram.builder().command(0x03).indirect(0x02, AT + 0xffe, 0x1004));

        assertWords(8, 0x02041004, (int) AT + 16);
        assertWords(16, 0, (int) AT + 0xffe, 0, (int) AT + 0x1000, 0, (int) AT + 0x2000);
        assertWords(40, 0);
        assertTrue(!request.has(Orb.SMALL_BLOCKS));
    }

    @Test
    void smallBlocksAreOfTwoKibibytes() {
        Orb request = lay(ChannelProgram.builder().smallBlocks().indirect(0x02, AT + 0x7fe, 0x804));

        assertWords(8, 0, (int) AT + 0x7fe, 0, (int) AT + 0x800, 0, (int) AT + 0x1000);
        assertTrue(request.has(Orb.SMALL_BLOCKS));
    }

    @Test
    void listsReachBeyondThirtyOneBits() {
        mappings =
                List.of(
                        new Mapping(range, 0, Access.READ_WRITE),
                        new Mapping(IovaRange.of(0x1_2345_6000L, 0x1000), 0, Access.READ_WRITE));

        lay(ChannelProgram.builder().indirect(0x02, 0x1_2345_6780L, 4));

        assertWords(8, 1, 0x23456780);
    }

    @Test
    void countsAndAddressesAreChecked() {
        ChannelProgram.Builder program = ChannelProgram.builder().command(0x03);

        assertMistake(() -> program.command(0x02, AT, 0), "word 1", "1 to 65535");
        assertMistake(() -> program.command(0x02, AT, 0x10000), "word 1", "1 to 65535");
        assertMistake(() -> program.command(0x02, 0x7fff_ffffL, 2), "31 bits", "indirect");
        assertMistake(() -> program.command(0x02, -1, 2), "31 bits");
        assertMistake(() -> program.command(0), "command 0x0");
        assertMistake(() -> program.command(0x108), "command 0x108");
        assertMistake(() -> program.command(0x08), "command 0x8");
    }

    @Test
    void chainsAreChecked() {
        assertMistake(() -> ChannelProgram.builder().more(AT, 1), "word 0", "without a command");
        assertMistake(() -> ChannelProgram.builder().command(3).more(AT, 1), "word 1");
        assertMistake(() -> ChannelProgram.builder().transferTo(0), "does not start");
        assertMistake(
                () -> ChannelProgram.builder().command(3).transferTo(0).transferTo(0),
                "does not follow");
        assertMistake(() -> ChannelProgram.builder().command(3).transferTo(2).build(), "word 2");
        assertMistake(() -> ChannelProgram.builder().command(3).transferTo(1).build(), "word 1");
        assertMistake(() -> ChannelProgram.builder().build(), "at least one");
    }

    @Test
    void runOfWordsHasALimit() {
        ChannelProgram.Builder program = ChannelProgram.builder();
        for (int i = 0; i < ChannelProgram.LONGEST_RUN; i++) {
            program.command(0x03);
        }
        assertEquals(256, program.build().length());

        program.command(0x03);

        assertMistake(program::build, "word 256", "transfer");
    }

    @Test
    void blocksAreChecked() {
        ChannelProgram.Builder program = ChannelProgram.builder();
        long[] unaligned = {AT, AT + 0x1800};
        long[] tooMany = {AT, AT + 0x1000};

        assertMistake(() -> program.scattered(2, 0x1001, unaligned), "block 1", "4096");
        assertMistake(() -> program.scattered(2, 0x1000, tooMany), "2 blocks");
        assertMistake(() -> program.scattered(2, 1, new long[0]), "0 blocks");
        program.scattered(2, 0x1001, tooMany);
        assertMistake(program::smallBlocks, "larger blocks");
    }

    @Test
    void whatIsNotMappedIsNamed() {
        assertMistake(
                () -> lay(ChannelProgram.builder().command(2, AT + BYTES - 1, 2)),
                "data of word 0",
                "0x14000");
        assertMistake(
                () -> lay(ChannelProgram.builder().indirect(2, AT + BYTES - 1, 2)),
                "block of word 0",
                "0x14000");
        assertMistake(() -> lay(ChannelProgram.builder().command(3), BYTES - 0x7f8), "2 KiB");
        assertMistake(
                () ->
                        lay(
                                ChannelProgram.builder().command(3).transferTo(2).command(3),
                                BYTES - 0x800),
                "word 1 transfers to");
        lay(ChannelProgram.builder().command(3), BYTES - 0x800);
    }

    @Test
    void placeIsChecked() {
        ChannelProgram.Builder program = ChannelProgram.builder().command(3);

        assertMistake(() -> lay(program, 4), "multiple of 8");
        assertMistake(() -> lay(program, BYTES), "fits");
        assertMistake(
                () ->
                        program.build()
                                .layInto(
                                        space(), buffer(IovaRange.of(0x7fff_f000L, BYTES)), 0x1000),
                "31 bits");
    }
}
