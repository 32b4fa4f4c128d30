// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.BrokerOptions;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * The protocol of the broker against an independent implementation of sockets, junixsocket, on this
 * machine's own kernel. In place of devices that may not be here there are {@code /dev/zero}, which
 * stands for {@code /dev/iommu}, and {@code /dev/full} for a character device.
 */
@Timeout(60)
class UnixBrokerTest {
    private static final int ROOM_FOR_DESCRIPTORS = 1024;
    private static final String DEVICE = "0000:00:05.0";

    @TempDir Path folder;

    /** This machine's kernel, with a /dev/iommu. */
    private static Kernel kernel() {
        Kernel real = NativeBinding.kernel(new RealFileTree());
        return (Kernel)
                Proxy.newProxyInstance(
                        UnixBrokerTest.class.getClassLoader(),
                        new Class<?>[] {Kernel.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("open")
                                    && arguments[0].equals("/dev/iommu")) {
                                arguments[0] = "/dev/zero";
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                            }
                        });
    }

    /** A device whose sysfs says that it is /dev/full, or what else is given. */
    private DeviceNode node(String number) throws IOException {
        Path dev = Files.createDirectories(folder.resolve("vfio-dev/vfio0")).resolve("dev");
        Files.writeString(dev, number + "\n");
        return new DeviceNode(
                "pci",
                DEVICE,
                folder.toString(),
                "a stand-in",
                Optional.of("vfio-pci"),
                OptionalInt.of(1),
                Optional.of("/dev/full"),
                List.of());
    }

    private Path socket() {
        return folder.resolve("broker.sock");
    }

    /** What a broker sends to junixsocket for these bytes, until it has sent so many lines. */
    private String asked(String request, int lines, Map<String, Byte> firstBytes)
            throws IOException {
        DeviceNode node = node("1:7");
        BrokerOptions options = BrokerOptions.at(socket().toString());
        UnixBroker broker = UnixBroker.listen(kernel(), options, Map.of(DEVICE, () -> node));
        CompletableFuture<Void> served =
                CompletableFuture.runAsync(() -> broker.serve(answer -> {}));
        try (AFUNIXSocket peer = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket()))) {
            peer.setAncillaryReceiveBufferSize(ROOM_FOR_DESCRIPTORS);
            peer.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = lines(peer.getInputStream(), lines);
            for (FileDescriptor descriptor : peer.getReceivedFileDescriptors()) {
                try (FileInputStream file = new FileInputStream(descriptor)) {
                    firstBytes.put("descriptor " + firstBytes.size(), (byte) file.read());
                }
            }
            return answer;
        } finally {
            broker.close();
            served.join();
        }
    }

    private static String lines(InputStream input, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.chars().filter(c -> c == '\n').count() < count) {
            int character = next(input);
            if (character < 0) {
                return text + "END";
            }
            text.append((char) character);
        }
        return text.toString();
    }

    private static int next(InputStream input) throws IOException {
        try {
            return input.read();
        } catch (SocketException reset) {
            return -1; // The broker hung up and left something unread.
        }
    }

    @Test
    void anotherImplementationIsHandedBoth() throws IOException {
        Map<String, Byte> files = new TreeMap<>();

        assertEquals("ok\nok\n", asked("iommu\n" + DEVICE + "\n", 2, files));

        assertEquals(Map.of("descriptor 0", (byte) 0, "descriptor 1", (byte) 0), files);
    }

    @Test
    void anotherImplementationIsToldWhyNot() throws IOException {
        Map<String, Byte> files = new TreeMap<>();

        String answer = asked("0000:00:07.0\n", 1, files);

        assertTrue(
                answer.startsWith("no: 0000:00:07.0: ask the broker: it hands out iommu"), answer);
        assertTrue(asked("\u0001\n", 2, files).endsWith("END"));
        assertTrue(asked("x".repeat(5000), 2, files).endsWith("END"));
        assertEquals(Map.of(), files);
    }

    @Test
    void nodeThatIsAnotherDeviceIsNotHandedOut() throws IOException {
        DeviceNode node = node("1:8");
        String path = socket().toString();
        UnixBroker broker =
                UnixBroker.listen(kernel(), BrokerOptions.at(path), Map.of(DEVICE, () -> node));
        CompletableFuture<Void> served =
                CompletableFuture.runAsync(() -> broker.serve(answer -> {}));
        VfioException refused =
                assertThrows(
                        VfioException.class, () -> BrokerClient.receive(kernel(), path, DEVICE));
        assertTrue(String.valueOf(refused.getMessage()).contains("1:7"), refused::getMessage);
        broker.close();
        served.join();
    }

    @Test
    void descriptorOfAnotherImplementationIsReceived() throws IOException {
        String answered = received("ok\n", 1);

        assertEquals("ok", answered);
    }

    @Test
    void whatNoBrokerSaysIsRefusedAndNothingKept() throws IOException {
        OpenDescriptors before = new OpenDescriptors();
        assertTrue(received("ok\n", 0).contains("came with 0 descriptors"));
        assertTrue(received("ok\n", 2).contains("came with 2 descriptors"));
        assertTrue(received("ok\n", 9).contains("EMSGSIZE"));
        assertTrue(received("hello\n", 1).contains("is that a broker of jvfio?"));
        assertTrue(received("no: not you\n", 1).endsWith("receive: not you"));
        assertTrue(received("ok", 1).contains("hung up"));
        assertTrue(received("x".repeat(5000), 1).contains("a line too long"));
        before.assertNoneNew();
    }

    /** What we make of junixsocket's answer with so many descriptors. */
    private String received(String answer, int descriptors) throws IOException {
        Path path = Files.createTempDirectory(folder, "s").resolve("s");
        try (AFUNIXServerSocket server =
                        AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path), true);
                FileInputStream zero = new FileInputStream("/dev/zero")) {
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> answer(server, answer, zero, descriptors));
            String said = receive(path.toString());
            served.join();
            return said;
        }
    }

    private static void answer(
            AFUNIXServerSocket server, String answer, FileInputStream zero, int descriptors) {
        try (AFUNIXSocket peer = server.accept()) {
            byte[] request = new byte[64];
            int count = peer.getInputStream().read(request);
            assertArrayEquals(
                    "iommu\n".getBytes(StandardCharsets.US_ASCII), Arrays.copyOf(request, count));
            FileDescriptor[] files = new FileDescriptor[descriptors];
            Arrays.fill(files, zero.getFD());
            if (descriptors > 0) {
                peer.setOutboundFileDescriptors(files);
            }
            peer.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException hungUp) {
            throw new AssertionError(hungUp);
        }
    }

    private static String receive(String path) {
        try (ReceivedDescriptor received = BrokerClient.receive(kernel(), path, "iommu")) {
            return OpenDescriptors.flagsOf(received.borrowed().number()) < 0 ? "closed" : "ok";
        } catch (VfioException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
