// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RealFileTreeTest {
    private final FileTree files = new RealFileTree();

    @TempDir Path folder;

    private OpenDescriptors descriptors;

    @BeforeEach
    void rememberDescriptors() {
        descriptors = new OpenDescriptors();
    }

    @AfterEach
    void everyDescriptorIsClosed() {
        descriptors.assertNoneNew();
    }

    @Test
    void readsTextWithoutItsEnd() throws Exception {
        Files.writeString(folder.resolve("file"), " 0x8086\n\n");

        assertEquals(" 0x8086", files.read(folder + "/file"));
    }

    @Test
    void readsFilesThatDoNotSayTheirSize() throws Exception {
        assertTrue(files.read("/sys/devices/system/cpu/online").startsWith("0"));
        assertTrue(files.read("/proc/self/status").contains("VmLck"));
        assertTrue(files.read("/proc/kallsyms").length() > 65536, "longer than any first buffer");
    }

    @Test
    void readsAlsoInAnInterruptedThread() throws Exception {
        Thread.currentThread().interrupt();

        assertTrue(files.read("/sys/devices/system/cpu/online").startsWith("0"));
        assertTrue(Thread.interrupted());
    }

    @Test
    void listsNamesInOrder() throws Exception {
        for (String name : List.of("b", "a", "10", "9")) {
            Files.createFile(folder.resolve(name));
        }

        assertEquals(List.of("10", "9", "a", "b"), files.list(folder.toString()));
        assertTrue(files.list("/sys/bus").contains("platform"));
    }

    @Test
    void resolvesThroughEveryLink() throws Exception {
        Path real = Files.createDirectories(folder.toRealPath().resolve("devices/0000:00:01.0"));
        Files.createSymbolicLink(folder.resolve("bus"), Path.of("devices"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("bus/0000:00:01.0"));

        assertEquals(real.toString(), files.resolve(folder + "/link"));
        assertTrue(files.exists(folder + "/link"));
    }

    @Test
    void aLinkToNothingIsNotThere() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("none"));

        assertFalse(files.exists(folder + "/link"));
        refusal("realpath: ENOENT", () -> files.resolve(folder + "/link"));
    }

    @Test
    void refusalsCarryTheErrnoOfTheKernel() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

        refusal("read: ENOENT", () -> files.read(folder + "/none"));
        refusal("read: ENOTDIR", () -> files.read(file + "/below"));
        refusal("readdir: ENOTDIR", () -> files.list(file.toString()));
        refusal("readdir: ENOENT", () -> files.list(folder + "/none"));
        refusal("read: errno 21", () -> files.read(folder.toString()));
        refusal("read: errno 36", () -> files.read(folder + "/" + "x".repeat(300)));
        refusal("read: errno 40", () -> files.read(folder + "/loop"));
        refusal("realpath: errno 40", () -> files.resolve(folder + "/loop"));
        refusal("read: EIO", () -> files.read("/proc/self/mem"));
    }

    @Test
    void aFileThatMayNotBeReadIsRefusedEvenToRoot() {
        String writeOnly = "/sys/bus/platform/drivers_probe";
        Assumptions.assumeTrue(files.exists(writeOnly));

        refusal("read: EACCES", () -> files.read(writeOnly));
    }

    @Test
    void devicesHaveTheirNumber() throws Exception {
        assertEquals(new DeviceNumber(1, 3), files.deviceNumber("/dev/null"));
        assertEquals(new DeviceNumber(1, 3), files.deviceNumber("/proc/self/root/dev/null"));
        refusal("stat: ENODEV", () -> files.deviceNumber("/proc/self/status"));
        refusal("stat: ENOENT", () -> files.deviceNumber("/dev/none"));
    }

    @Test
    void tellsWhatMayBeOpened() {
        assertTrue(files.mayReadAndWrite("/dev/null"));
        assertFalse(files.mayReadAndWrite("/dev/none"));
    }

    private static void refusal(String message, Executable call) {
        assertEquals(message, assertThrows(KernelException.class, call).getMessage());
    }
}
