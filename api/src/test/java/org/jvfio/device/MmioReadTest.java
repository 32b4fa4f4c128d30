// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.VfioException;
import org.jvfio.spi.NativeMemory;

/**
 * Compiled reads. The memory is a file that is cut off under them, as a device stops decoding: a
 * read that still takes place meets {@code SIGBUS}, and one that was left out meets nothing.
 */
class MmioReadTest {
    private static final int SIZE = 4096;
    private static final int CALLS = 200_000; // Time for the last compiler, which works meanwhile.
    private static final int READS = 30;

    @SuppressWarnings("UnusedVariable") // Read by nobody: it keeps what is computed for it.
    private static volatile int used;

    @TempDir Path folder;

    /** Loops of their own, so that each is compiled with the read inside it. */
    private enum Loop {
        INT_THAT_NOBODY_USES {
            @Override
            void read(Mmio registers, int times) {
                for (int i = 0; i < times; i++) {
                    registers.getInt(0);
                }
            }
        },
        LONG_THAT_NOBODY_USES {
            @Override
            void read(Mmio registers, int times) {
                for (int i = 0; i < times; i++) {
                    registers.getLong(0);
                }
            }
        },
        SHORT_THAT_NOBODY_USES {
            @Override
            void read(Mmio registers, int times) {
                for (int i = 0; i < times; i++) {
                    registers.getShort(0);
                }
            }
        },
        BYTE_THAT_NOBODY_USES {
            @Override
            void read(Mmio registers, int times) {
                for (int i = 0; i < times; i++) {
                    registers.getByte(0);
                }
            }
        },
        /** HotSpot fails on the one instruction that this could be; the whole JVM would go. */
        INT_THAT_BECOMES_LONG {
            @Override
            void read(Mmio registers, int times) {
                long sum = 0;
                for (int i = 0; i < times; i++) {
                    sum += registers.getInt(0);
                }
                used = Long.hashCode(sum);
            }
        };

        abstract void read(Mmio registers, int times);
    }

    @ParameterizedTest
    @EnumSource
    void everyReadReachesTheDevice(Loop loop) throws IOException {
        Path file = folder.resolve("registers");
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Mmio registers =
                    Mmio.over(
                            "registers", new MappedFile(channel.map(MapMode.READ_WRITE, 0, SIZE)));
            for (int i = 0; i < CALLS; i++) {
                loop.read(registers, READS);
            }

            channel.truncate(0);

            assertThat(faults(loop, registers)).isTrue();
        }
    }

    /** Whether a read faults; the JVM may say so in the method after it. */
    private static boolean faults(Loop loop, Mmio registers) {
        try {
            loop.read(registers, 1);
            used = Arrays.hashCode(System.getProperty("java.version").toCharArray());
            return false;
        } catch (VfioException | InternalError fault) {
            return true;
        }
    }

    private record MappedFile(ByteBuffer bytes) implements NativeMemory {
        @Override
        public long address() {
            return 0;
        }

        @Override
        public long size() {
            return SIZE;
        }

        @Override
        public ByteBuffer window(int index) {
            return bytes.order(ByteOrder.nativeOrder());
        }

        @Override
        public void retire() {}
    }
}
