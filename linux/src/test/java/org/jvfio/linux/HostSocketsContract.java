// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.PeerCredentials;
import org.jvfio.linux.uapi.SocketMessage;

/** What every binding's sockets do, checked against this machine's own kernel. */
@Timeout(60)
public abstract class HostSocketsContract {
    @TempDir Path folder;

    private Kernel kernel;
    private String path;

    /** The binding under test. */
    protected abstract Kernel kernel(FileTree files);

    @BeforeEach
    void openKernel() {
        kernel = kernel(new RealFileTree());
        path = folder.resolve("s").toString();
    }

    /** Two ends of a connection. */
    private record Pair(DescriptorSocket one, DescriptorSocket other) implements AutoCloseable {
        @Override
        public void close() {
            one.close();
            other.close();
        }
    }

    private Pair pair() throws KernelException {
        try (ListeningSocket listening = listen()) {
            DescriptorSocket one = DescriptorSocket.connect(kernel, path);
            return new Pair(one, listening.accept());
        }
    }

    private ListeningSocket listen() {
        return ListeningSocket.listen(kernel, path, 0640, -1, -1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    @Test
    void bytesAndDescriptorsPass() throws KernelException {
        int sent = kernel.eventfd(7, 0);
        try (Pair pair = pair()) {
            pair.one().send(bytes("take this"), sent, sent);
            assertEquals(0, kernel.close(sent), "the receiver has its own by now");

            DescriptorSocket.Received came = pair.other().receive(64, 4);

            assertEquals("take this", text(came.bytes()));
            assertEquals(2, came.descriptors().size());
            ByteBuffer count = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            long address = ProcessMemory.addressOf(count);
            assertEquals(8, kernel.read(came.descriptors().get(0), address, 8));
            assertEquals(7, count.getLong(0));
            for (int fd : came.descriptors()) {
                assertEquals(Fcntl.O_CLOEXEC, OpenDescriptors.flagsOf(fd) & Fcntl.O_CLOEXEC);
                assertEquals(0, kernel.close(fd));
            }
        }
    }

    @Test
    void descriptorsWithoutRoomAreRefusedAndNoneIsKept() throws KernelException {
        OpenDescriptors before = new OpenDescriptors();
        int sent = kernel.eventfd(0, 0);
        try (Pair pair = pair()) {
            for (int room : List.of(0, 2)) {
                pair.one().send(bytes("x"), sent, sent, sent, sent, sent);
                KernelException refused =
                        assertThrows(KernelException.class, () -> pair.other().receive(64, room));
                assertEquals(Errno.EMSGSIZE, refused.errno());
            }
        }
        kernel.close(sent);
        before.assertNoneNew();
    }

    @Test
    void allDescriptorsOfThisProcessesSocketsCloseOnExec() throws KernelException {
        try (ListeningSocket listening = listen();
                DescriptorSocket one = DescriptorSocket.connect(kernel, path);
                DescriptorSocket other = listening.accept()) {
            for (int fd : List.of(listening.fd(), one.fd(), other.fd())) {
                assertEquals(Fcntl.O_CLOEXEC, OpenDescriptors.flagsOf(fd) & Fcntl.O_CLOEXEC);
            }
        }
    }

    @Test
    void peersAreKnown() throws Exception {
        try (ListeningSocket listening = listen();
                DescriptorSocket one = DescriptorSocket.connect(kernel, path);
                DescriptorSocket other = listening.accept()) {
            int uid = (Integer) Files.getAttribute(folder, "unix:uid");
            for (PeerCredentials who : List.of(listening.self(), one.peer(), other.peer())) {
                assertEquals(ProcessHandle.current().pid(), who.pid());
                assertEquals(uid, who.uid());
            }
        }
    }

    @Test
    void nameHasItsModeAndGoesWithTheSocket() throws Exception {
        try (ListeningSocket listening = listen()) {
            assertTrue(kernel.sockets().isSocket(path));
            assertEquals(
                    "rw-r-----",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(Path.of(listening.path()))));
        }
        assertFalse(Files.exists(Path.of(path)));
        assertFalse(kernel.sockets().isSocket(path));
    }

    @Test
    void nameThatIsTakenIsTakenOverOnlyIfNobodyListens() throws Exception {
        try (ListeningSocket listening = listen()) {
            assertTrue(said(assertThrows(VfioException.class, this::listen)).contains("listens"));
        }
        Files.writeString(Path.of(path), "a file");
        assertTrue(said(assertThrows(VfioException.class, this::listen)).contains("no socket"));
        assertEquals("a file", Files.readString(Path.of(path)));
    }

    private static String said(Exception refused) {
        return String.valueOf(refused.getMessage());
    }

    @Test
    void whoHangsUpIsNoticed() throws KernelException {
        try (Pair pair = pair()) {
            pair.other().close();
            assertFalse(pair.one().receive(1, 0).bytes().hasRemaining());
            KernelException refused =
                    assertThrows(KernelException.class, () -> pair.one().send(bytes("x")));
            assertEquals(Errno.EPIPE, refused.errno());
        }
    }

    @Test
    void whoDoesNotReadHoldsUpNobody() throws KernelException {
        try (Pair pair = pair()) {
            byte[] much = new byte[65536];
            KernelException refused =
                    assertThrows(
                            KernelException.class,
                            () -> {
                                while (true) {
                                    pair.one().send(much);
                                }
                            });
            assertEquals(Errno.EAGAIN, refused.errno());
        }
    }

    @Test
    void refusalsAreNegatedErrnos() {
        Sockets sockets = kernel.sockets();
        assertEquals(-Errno.EBADF.number(), sockets.listen(-1, 1));
        int fd = sockets.socket(Fcntl.SOCK_SEQPACKET);
        assertTrue(fd >= 0);
        SocketMessage message = SocketMessage.of(bytes("x"));
        assertEquals(-Errno.ENOTCONN.number(), sockets.sendmsg(fd, message.address(), 0));
        assertEquals(-Errno.ENOENT.number(), sockets.unlink(path));
        assertEquals(-Errno.ENOENT.number(), sockets.chmod(path, 0600));
        assertEquals(-Errno.ENOENT.number(), sockets.chown(path, -1, -1));
        assertEquals(0, kernel.close(fd));
    }

    @Test
    void nobodyListensAtAPathWithoutASocket() {
        KernelException refused =
                assertThrows(KernelException.class, () -> DescriptorSocket.connect(kernel, path));
        assertEquals(Errno.ENOENT, refused.errno());
        assertThrows(
                IllegalArgumentException.class,
                () -> DescriptorSocket.connect(kernel, "/" + "x".repeat(107)));
    }
}
