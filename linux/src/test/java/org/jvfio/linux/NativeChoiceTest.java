// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NativeChoiceTest {
    @Test
    void theNewerWayIsTakenWhereItIsThere() {
        assertEquals("jna", NativeChoice.withoutFfm(""));
        assertEquals("ffm", NativeChoice.withFfm(""));
    }

    @Test
    void thePropertyForcesOne() {
        assertEquals("jna", NativeChoice.withoutFfm("jna"));
        assertEquals("jna", NativeChoice.withFfm("jna"));
        assertEquals("ffm", NativeChoice.withFfm("ffm"));
    }

    @Test
    void whatCannotBeHadIsRefusedWithWhatToDo() {
        var refused =
                assertThrows(IllegalStateException.class, () -> NativeChoice.withoutFfm("ffm"));

        assertTrue(refused.getMessage().contains("needs Java 22"), refused.getMessage());
        assertTrue(refused.getMessage().contains("jvfio.native=jna"), refused.getMessage());
    }

    @Test
    void anUnknownValueIsRefusedWithTheKnownOnes() {
        for (String unknown : new String[] {"jni", "JNA", " ffm"}) {
            var refused =
                    assertThrows(IllegalStateException.class, () -> NativeChoice.withFfm(unknown));
            assertEquals(
                    "jvfio.native=" + unknown + ": not a native binding; use jna or ffm",
                    refused.getMessage());
            assertThrows(IllegalStateException.class, () -> NativeChoice.withoutFfm(unknown));
        }
    }
}
