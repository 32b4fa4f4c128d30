// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.HostKernelContract;
import org.jvfio.linux.Kernel;

/** JNA, on every Java version. */
class JnaKernelTest extends HostKernelContract {
    @Override
    protected Kernel kernel(FileTree files) {
        return new JnaKernel(files);
    }

    @Test
    void memoryIsFoundByItsAddress() {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).position(4);
        long address = JnaMemory.addressOf(direct);

        JnaMemory.view(address, 16).put(7, (byte) 5);

        assertEquals(5, direct.get(7));
        assertEquals(address + 4, JnaMemory.addressOf(direct.slice()));
    }
}
