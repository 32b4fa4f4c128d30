// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The foreign-function API: in the run on Java 22 and newer that has the multi-release jar. By
 * name, because tests are compiled against the classes of Java 17.
 */
@EnabledIfSystemProperty(named = "jvfio.test.native", matches = "ffm")
class FfmKernelTest extends HostKernelContract {
    @Override
    protected Kernel kernel(FileTree files) {
        try {
            Constructor<?> constructor =
                    Class.forName("org.jvfio.linux.FfmKernel")
                            .getDeclaredConstructor(FileTree.class);
            return (Kernel) constructor.newInstance(files);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no FfmKernel in the jar", e);
        }
    }

    @Test
    void memoryIsFoundByItsAddress() throws Exception {
        ByteBuffer direct = ByteBuffer.allocateDirect(16).position(4);
        long address = addressOf(direct);

        view(address, 16).put(7, (byte) 5);

        assertEquals(5, direct.get(7));
        assertEquals(address + 4, addressOf(direct.slice()));
    }

    private static long addressOf(ByteBuffer direct) throws ReflectiveOperationException {
        return (long) memory("addressOf", ByteBuffer.class).invoke(null, direct);
    }

    private static ByteBuffer view(long address, int length) throws ReflectiveOperationException {
        return (ByteBuffer) memory("view", long.class, int.class).invoke(null, address, length);
    }

    private static Method memory(String name, Class<?>... parameters)
            throws ReflectiveOperationException {
        return Class.forName("org.jvfio.linux.FfmMemory").getDeclaredMethod(name, parameters);
    }
}
