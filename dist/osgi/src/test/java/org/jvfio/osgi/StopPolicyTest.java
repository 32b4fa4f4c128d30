// SPDX-License-Identifier: Apache-2.0
package org.jvfio.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.jvfio.Departure;

/** What a deployer can say of stops. */
class StopPolicyTest {
    @Test
    void withoutAWordItWaitsForHalfAMinute() {
        assertThat(StopPolicy.of(null, StopPolicy.patience(null)).departure())
                .isEqualTo(Departure.within(Duration.ofSeconds(30)));
    }

    @Test
    void wordsAreThoseOfTheDocumentation() {
        assertThat(StopPolicy.of("wait", StopPolicy.patience("5")).departure())
                .isEqualTo(Departure.within(Duration.ofSeconds(5)));
        assertThat(StopPolicy.of("Refuse", Duration.ZERO).departure())
                .isEqualTo(Departure.refuse());
        assertThat(StopPolicy.of("close", Duration.ZERO).departure()).isEqualTo(Departure.close());
    }

    @Test
    void otherWordsAreRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> StopPolicy.of("veto", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jvfio.stop=veto: it can be wait, refuse or close");
        assertThatThrownBy(() -> StopPolicy.patience("soon"))
                .hasMessage("jvfio.stop.timeout=soon: it is a number of seconds");
    }
}
