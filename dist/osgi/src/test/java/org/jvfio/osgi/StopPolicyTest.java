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
        assertThat(StopPolicy.of(null, null).departure())
                .isEqualTo(Departure.within(Duration.ofSeconds(30)));
    }

    @Test
    void wordsAreThoseOfTheDocumentation() {
        assertThat(StopPolicy.of("wait", "5").departure())
                .isEqualTo(Departure.within(Duration.ofSeconds(5)));
        assertThat(StopPolicy.of("Refuse", null).departure()).isEqualTo(Departure.refuse());
        assertThat(StopPolicy.of("close", null).departure()).isEqualTo(Departure.close());
    }

    @Test
    void otherWordsAreRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> StopPolicy.of("veto", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jvfio.stop=veto: it can be wait, refuse or close");
        assertThatThrownBy(() -> StopPolicy.of("wait", "soon"))
                .hasMessage("jvfio.stop.timeout=soon: it is a number of seconds");
    }
}
