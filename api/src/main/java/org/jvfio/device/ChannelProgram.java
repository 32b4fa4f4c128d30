// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBuffer;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

/**
 * A channel program of format 1, and the address lists that it needs.
 *
 * <pre>{@code
 * ChannelProgram program =
 *         ChannelProgram.builder()
 *                 .command(0x03)
 *                 .command(0xe4, buffer.iova() + 4096, 64, CcwFlag.SUPPRESS_LENGTH)
 *                 .build();
 * device.start(program.layInto(space, buffer, 0));
 * }</pre>
 *
 * <p><b>Units.</b> Bytes; addresses are those at which devices see memory. <b>Threads.</b>
 * Immutable.
 *
 * <p>Source: z/Architecture Principles of Operation, chapter 15.
 */
public final class ChannelProgram {
    /** The highest address that a word can express, which has 31 bits. */
    public static final long LAST_ADDRESS = 0x7fff_ffffL;

    /** How many words a run may have up to a word that transfers elsewhere: the driver's limit. */
    public static final int LONGEST_RUN = 256;

    private static final int MOST_BYTES = 0xffff;
    private static final int MOST_CODE = 0xff;
    private static final int BLOCK = 4096;
    private static final int SMALL_BLOCK = 2048;

    /** What the driver reads from the start of each run, whatever the run's length. */
    private static final int FETCHED = LONGEST_RUN * Ccw.SIZE;

    private final List<Ccw> words;
    private final int controls;

    private ChannelProgram(List<Ccw> words, int controls) {
        this.words = List.copyOf(words);
        this.controls = controls;
    }

    /** A program without words yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many bytes it takes where it is laid, with its lists. */
    public int size() {
        int entries = words.stream().mapToInt(word -> word.blocks().size()).sum();
        return words.size() * Ccw.SIZE + entries * Long.BYTES;
    }

    /** The words of it. */
    public int length() {
        return words.size();
    }

    /**
     * Writes the program into a buffer, and answers the request that starts it.
     *
     * @param space what the device sees: all data and lists must be mapped there, and 2 KiB from
     *     the program's start and from each word that is transferred to
     * @param offset into {@code memory}; a multiple of 8
     * @throws IllegalArgumentException if it does not fit, is out of reach of 31 bits, or something
     *     is not mapped; the message names it
     */
    public Orb layInto(AddressSpace space, DmaBuffer memory, long offset) {
        long start = memory.iova() + offset;
        if (offset < 0 || offset % Ccw.SIZE != 0 || offset > memory.size() - size()) {
            throw new IllegalArgumentException(
                    "a program of %d bytes at 0x%x of %s: it starts at a multiple of 8 and fits"
                            .formatted(size(), offset, memory.range()));
        }
        checkPlace(start);
        checkMapped(space, start);
        write(memory.bytes(offset, size()), start);
        return Orb.of((int) start).with(controls);
    }

    private void checkPlace(long start) {
        if (start < 0 || start > LAST_ADDRESS - size()) {
            throw new IllegalArgumentException(
                    "a program at 0x%x: its words have addresses of 31 bits; allocate its buffer"
                                    .formatted(start)
                            + " within [0x0, 0x7fffffff]");
        }
    }

    private void checkMapped(AddressSpace space, long start) {
        List<IovaRange> mapped = space.mappings().stream().map(Mapping::range).toList();
        checkMapped(mapped, "the program, of which the driver reads 2 KiB", start, FETCHED);
        for (int i = 0; i < words.size(); i++) {
            Ccw word = words.get(i);
            if (word.transfersInChannel()) {
                long target = start + word.address() * Ccw.SIZE;
                checkMapped(mapped, "what word " + i + " transfers to", target, FETCHED);
            } else if (word.blocks().isEmpty()) {
                checkMapped(mapped, "the data of word " + i, word.address(), word.count());
            } else {
                int at = i;
                word.blocks()
                        .forEach(block -> checkMapped(mapped, "a block of word " + at, block, 1));
            }
        }
    }

    private static void checkMapped(List<IovaRange> mapped, String what, long first, int count) {
        long at = first;
        while (at < first + count) {
            long here = at;
            at =
                    mapped.stream()
                                    .filter(range -> range.contains(IovaRange.of(here, 1)))
                                    .findFirst()
                                    .orElseThrow(() -> notMapped(what, here))
                                    .last()
                            + 1;
            if (at <= here) {
                return; // It reaches to the end of all addresses.
            }
        }
    }

    private static IllegalArgumentException notMapped(String what, long at) {
        return new IllegalArgumentException(
                "%s: nothing is mapped at 0x%x; map it for the device first".formatted(what, at));
    }

    private void write(ByteBuffer target, long start) {
        target.order(ByteOrder.BIG_ENDIAN);
        long list = start + (long) words.size() * Ccw.SIZE;
        for (Ccw word : words) {
            if (word.transfersInChannel()) {
                word.put(target, start + word.address() * Ccw.SIZE);
            } else if (word.blocks().isEmpty()) {
                word.put(target, word.address());
            } else {
                word.put(target, list);
                list += (long) word.blocks().size() * Long.BYTES;
            }
        }
        words.forEach(word -> word.blocks().forEach(target::putLong));
    }

    @Override
    public String toString() {
        return words.size() + " words, " + size() + " bytes";
    }

    /**
     * Puts a channel program together, word by word; commands are chained.
     *
     * <p><b>Failure.</b> {@link IllegalArgumentException} for what no channel takes; the message
     * names the word by its number, from 0. <b>Threads.</b> Not safe.
     */
    public static final class Builder {
        private final List<Ccw> words = new ArrayList<>();
        private int block = BLOCK;

        private Builder() {}

        /** A command that transfers no data. */
        public Builder command(int code, CcwFlag... flags) {
            return add(Ccw.direct(checkCode(code), bits(flags), 0, 0));
        }

        /** A command with {@code count} bytes at {@code address}. */
        public Builder command(int code, long address, int count, CcwFlag... flags) {
            return add(direct(checkCode(code), address, count, flags));
        }

        /**
         * A command with {@code count} bytes from {@code address} on, which may be beyond 31 bits:
         * a list of its blocks is laid behind the program.
         */
        public Builder indirect(int code, long address, int count, CcwFlag... flags) {
            checkCount(count);
            long first = address & -block;
            long[] blocks =
                    LongStream.iterate(first, at -> at - address < count, at -> at + block)
                            .map(at -> Math.max(at, address))
                            .toArray();
            return scattered(code, count, blocks, flags);
        }

        /**
         * A command with {@code count} bytes that lie in several places.
         *
         * @param blocks where: the first anywhere, up to the end of its block; the others whole
         *     blocks of 4 KiB, or as {@link #smallBlocks} says
         */
        public Builder scattered(int code, int count, long[] blocks, CcwFlag... flags) {
            checkCount(count);
            List<Long> list = Arrays.stream(blocks).boxed().toList();
            checkBlocks(list, count);
            int indirect = bits(flags) | Ccw.INDIRECT;
            return add(new Ccw(checkCode(code), indirect, count, 0, list));
        }

        /** More data for the command before, {@code count} bytes at {@code address}. */
        public Builder more(long address, int count, CcwFlag... flags) {
            Ccw before = words.isEmpty() ? null : words.get(words.size() - 1);
            if (before == null || before.transfersInChannel() || before.count() == 0) {
                throw mistake("more data without a command with data before");
            }
            words.set(words.size() - 1, before.with(Ccw.CHAIN_DATA));
            return add(direct(0, address, count, flags));
        }

        /**
         * Goes on with another word: of this program, before or behind this one.
         *
         * <p>A program that goes back has no end but what its device makes: a status modifier skips
         * a word.
         *
         * @param word its number, from 0
         */
        public Builder transferTo(int word) {
            if (words.isEmpty()) {
                throw mistake("a program does not start with a transfer");
            }
            if (words.get(words.size() - 1).transfersInChannel()) {
                throw mistake("a transfer does not follow a transfer");
            }
            return add(Ccw.direct(Ccw.TRANSFER_IN_CHANNEL, 0, 0, word));
        }

        /** The blocks of address lists have 2 KiB in place of 4 KiB: before the first list. */
        public Builder smallBlocks() {
            if (words.stream().anyMatch(word -> !word.blocks().isEmpty())) {
                throw mistake("there is a list of larger blocks before");
            }
            block = SMALL_BLOCK;
            return this;
        }

        /** The program. */
        public ChannelProgram build() {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a channel program has at least one word");
            }
            List<Ccw> chained = new ArrayList<>();
            int run = 0;
            for (int i = 0; i < words.size(); i++) {
                Ccw word = words.get(i);
                boolean last = i == words.size() - 1;
                checkTarget(i, word);
                run = word.transfersInChannel() ? 0 : run + 1;
                if (run > LONGEST_RUN) {
                    throw new IllegalArgumentException(
                            "word %d: the driver takes %d words in a run; put a transfer between"
                                    .formatted(i, LONGEST_RUN));
                }
                boolean ends = last || word.chained() || word.transfersInChannel();
                chained.add(ends ? word : word.with(Ccw.CHAIN_COMMAND));
            }
            return new ChannelProgram(chained, block == BLOCK ? 0 : Orb.SMALL_BLOCKS);
        }

        private void checkTarget(int number, Ccw word) {
            if (!word.transfersInChannel()) {
                return;
            }
            long target = word.address();
            boolean known = target >= 0 && target < words.size();
            if (!known || words.get((int) target).transfersInChannel()) {
                throw new IllegalArgumentException(
                        "word %d: transfer to word %d: there is no command with this number, of %d"
                                .formatted(number, target, words.size()));
            }
        }

        private Builder add(Ccw word) {
            words.add(word);
            return this;
        }

        private Ccw direct(int code, long address, int count, CcwFlag... flags) {
            checkCount(count);
            if (address < 0 || address > LAST_ADDRESS + 1 - count) {
                throw mistake(
                        "%d bytes at 0x%x: a word has addresses of 31 bits; use indirect"
                                .formatted(count, address));
            }
            return Ccw.direct(code, bits(flags), count, address);
        }

        private int checkCode(int code) {
            if (code < 1 || code > MOST_CODE || (code & 0xf) == Ccw.TRANSFER_IN_CHANNEL) {
                throw mistake("command 0x%x: no command of a device".formatted(code));
            }
            return code;
        }

        private void checkCount(int count) {
            if (count < 1 || count > MOST_BYTES) {
                throw mistake("%d bytes: a word has 1 to %d".formatted(count, MOST_BYTES));
            }
        }

        private void checkBlocks(List<Long> blocks, int count) {
            long room = 0;
            for (int i = 0; i < blocks.size(); i++) {
                long offset = blocks.get(i) & block - 1;
                if (i > 0 && offset != 0) {
                    throw mistake(
                            "block %d at 0x%x: not a multiple of %d"
                                    .formatted(i, blocks.get(i), block));
                }
                room += block - offset;
            }
            if (room < count || room - count >= block) {
                throw mistake(
                        "%d bytes in %d blocks of %d bytes: one block for each part, and no more"
                                .formatted(count, blocks.size(), block));
            }
        }

        private static int bits(CcwFlag... flags) {
            return Arrays.stream(flags).mapToInt(CcwFlag::bit).reduce(0, (a, b) -> a | b);
        }

        private IllegalArgumentException mistake(String what) {
            return new IllegalArgumentException("word " + words.size() + ": " + what);
        }
    }
}
