// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.Test;

final class ProcessStateTest {
    @Test
    void aDescriptorThatIsLeftOpenIsNamed() throws IOException {
        // The first pipe that is closed leaves a descriptor of the JVM's own behind.
        Pipe first = Pipe.open();
        first.source().close();
        first.sink().close();
        ProcessState before = ProcessState.now();
        Pipe pipe = Pipe.open();

        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            assertThatThrownBy(() -> ProcessState.nothingLeft(before))
                    .isInstanceOf(DemoFailure.class)
                    .hasMessageContainingAll("descriptor ", "pipe:[");
        }

        assertThat(ProcessState.nothingLeft(before)).startsWith("nothing left: ");
    }
}
