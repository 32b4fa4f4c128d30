// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.Mapping;

class IovaAllocatorTest {
    private static final long PAGE = 0x1000;
    private static final List<IovaRange> X86 =
            List.of(new IovaRange(0, 0xfedf_ffffL), new IovaRange(0xfef0_0000L, 0x7f_ffff_ffffL));

    private final MappingTable table = new MappingTable();
    private final IovaAllocator allocator = new IovaAllocator();

    private @Nullable IovaRange taken(IovaRange range) {
        Mapping mapping = table.firstOverlapping(range);
        return mapping == null ? null : mapping.range();
    }

    private Optional<IovaRange> take(List<IovaRange> apertures, IovaRange within, long length) {
        Optional<IovaRange> found = allocator.find(this::taken, apertures, within, length, PAGE);
        found.ifPresent(
                range -> {
                    table.add(range, 0, Access.READ_WRITE);
                    allocator.taken(range);
                });
        return found;
    }

    @Test
    void nullIsNeverChosen() {
        assertThat(take(X86, IovaRange.ALL, PAGE))
                .hasValueSatisfying(range -> assertThat(range.first()).isPositive());
    }

    @Test
    void hugeBuffersGoOverTheHole() {
        assertThat(take(X86, IovaRange.ALL, 0x1_0000_0000L))
                .contains(IovaRange.of(0xfef0_0000L, 0x1_0000_0000L));
    }

    @Test
    void freedPlacesAreFoundAgain() {
        List<IovaRange> small = List.of(new IovaRange(0x10000, 0x13fff));
        for (int i = 0; i < 4; i++) {
            assertThat(take(small, IovaRange.ALL, PAGE)).isPresent();
        }
        assertThat(take(small, IovaRange.ALL, PAGE)).isEmpty();

        table.remove(IovaRange.of(0x11000, PAGE));

        assertThat(take(small, IovaRange.ALL, PAGE)).contains(IovaRange.of(0x11000, PAGE));
    }

    @Test
    void limitOfTheCallerIsKept() {
        IovaRange below4G = new IovaRange(0, 0xffff_ffffL);
        IovaRange first = take(X86, below4G, 0xf000_0000L).orElseThrow();

        assertThat(below4G.contains(first)).isTrue();
        assertThat(take(X86, below4G, 0x1000_0000L)).isEmpty();
    }

    @Test
    void endOfTheSpaceDoesNotWrap() {
        List<IovaRange> top = List.of(new IovaRange(-2 * PAGE, -1));

        assertThat(take(top, IovaRange.ALL, 2 * PAGE)).contains(IovaRange.of(-2 * PAGE, 2 * PAGE));
        assertThat(take(top, IovaRange.ALL, PAGE)).isEmpty();
    }

    @Test
    void nullIsNotChosenAfterTheEndOfTheSpaceEither() {
        List<IovaRange> all = List.of(IovaRange.ALL);
        assertThat(take(all, new IovaRange(-PAGE, -1), PAGE)).isPresent();

        assertThat(take(all, IovaRange.ALL, PAGE))
                .hasValueSatisfying(range -> assertThat(range.first()).isPositive());
    }
}
