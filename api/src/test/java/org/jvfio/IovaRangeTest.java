// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class IovaRangeTest {
    @Test
    void endsAreUnsigned() {
        IovaRange high = new IovaRange(0x7fff_ffff_ffff_f000L, 0x8000_0000_0000_0fffL);

        assertThat(high.length()).isEqualTo(0x2000);
        assertThat(high.contains(IovaRange.of(Long.MIN_VALUE, 0x1000))).isTrue();
        assertThat(high.overlaps(IovaRange.of(0, 0x1000))).isFalse();
    }

    @Test
    void lastByteOfTheSpaceCanBeReached() {
        assertThat(IovaRange.of(-0x1000, 0x1000)).isEqualTo(new IovaRange(-0x1000, -1));
    }

    @Test
    void wholeSpaceHasNoLengthThatFits() {
        assertThat(IovaRange.ALL.length()).isZero();
    }

    @Test
    void wrappingIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IovaRange.of(-0x1000, 0x2000))
                .withMessageContaining("0x2000 bytes")
                .withMessageContaining("0xfffffffffffff000")
                .withMessageContaining("wrap");
    }

    @Test
    void emptyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IovaRange.of(0x1000, 0))
                .withMessageContaining("at least one byte");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IovaRange(2, 1))
                .withMessageContaining("below");
    }
}
