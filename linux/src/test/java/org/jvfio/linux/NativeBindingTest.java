// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Which binding this process uses by itself: the build says which one it must be. */
class NativeBindingTest {
    private static final String EXPECTED = System.getProperty("jvfio.test.native", "jna");

    @Test
    void theJarChoosesByTheJavaThatRunsIt() {
        Kernel kernel = NativeBinding.kernel(new RealFileTree());

        assertEquals(EXPECTED, NativeBinding.name());
        assertEquals(
                EXPECTED.equals("ffm") ? "FfmKernel" : "JnaKernel",
                kernel.getClass().getSimpleName());
    }

    @Test
    void anAddressIsThatOfTheFirstByte() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16);
        long address = ProcessMemory.addressOf(direct);

        assertEquals(address, ProcessMemory.addressOf(direct.position(4)));
        assertEquals(address + 4, ProcessMemory.addressOf(direct.slice()));
        assertEquals(address, ProcessMemory.addressOf(direct.asReadOnlyBuffer()));
    }

    @Test
    void aViewIsTheMemoryInTheOrderOfTheMachine() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        direct.putInt(4, 0x01020304);

        ByteBuffer view = ProcessMemory.view(ProcessMemory.addressOf(direct) + 4, 12);

        assertEquals(0x01020304, view.getInt(0));
        assertEquals(12, view.capacity());
        assertThrows(IndexOutOfBoundsException.class, () -> view.getInt(9));
    }

    @Test
    void aNegativeLengthIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ProcessMemory.view(4096, -1));
    }
}
