// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.BrokerAnswer;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.DescriptorSocket;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.SocketAddress;
import org.jvfio.testkit.driver.EduDriver;

/** A broker, those whom it serves, and those whom it does not. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class BrokerContract extends Contract {
    private static final String IOMMU = DescriptorBroker.IOMMU;
    private static final int MOST_PEERS = 32;
    private static final int LONGEST = 256;

    private final String path = "/tmp/jvfio-%x.sock".formatted(System.nanoTime());
    private final Queue<BrokerAnswer> answers = new ConcurrentLinkedQueue<>();
    private final Crew crew = new Crew();
    private Vfio privileged;
    private DescriptorBroker broker;

    /** For extension. */
    protected BrokerContract() {}

    @BeforeEach
    final void startBroker() {
        privileged = bench().open();
        broker = privileged.broker(options());
        crew.start(
                () -> {
                    broker.serve(answers::add);
                    return null;
                });
    }

    @AfterEach
    final void endBroker() throws Exception {
        privileged.close();
        crew.await();
        crew.close();
        assertFalse(kernel().files().exists(path), "the socket's path is taken away");
    }

    private BrokerOptions options() {
        return BrokerOptions.at(path).allow(bench().edu().name());
    }

    @Test
    void deviceIsAttachedByDescriptorsOfABroker() {
        try (ReceivedDescriptor iommu = vfio().receive(path, IOMMU);
                ReceivedDescriptor cdev = vfio().receive(path, bench().edu().name());
                Iommufd object = vfio().iommufd(iommu.borrowed());
                PciDevice device =
                        space().attach(
                                        bench().edu(),
                                        AttachOptions.defaults()
                                                .iommufd(object)
                                                .descriptor(cdev.borrowed()));
                EduDriver edu = EduDriver.start(device);
                DmaBuffer buffer = space().allocate(Reach.BYTES)) {
            Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
        }
        assertRequests(IOMMU, bench().edu().name());
        assertTrue(answers.stream().allMatch(answer -> answer.refusal().isEmpty()));
        assertTrue(answers.stream().allMatch(a -> a.pid() == ProcessHandle.current().pid()));
    }

    @Test
    void eachRequestOpensTheFileAnew() {
        try (ReceivedDescriptor one = vfio().receive(path, IOMMU);
                ReceivedDescriptor other = vfio().receive(path, IOMMU);
                Iommufd first = vfio().iommufd(one.borrowed());
                Iommufd second = vfio().iommufd(other.borrowed())) {
            // The broker closes its own copies after it has sent them.
            assertBecomes(
                    2,
                    () ->
                            (int)
                                    (bench().holdings().count("/dev/iommu")
                                            - before().count("/dev/iommu")));
            assertTrue(first.descriptor() != second.descriptor());
        }
    }

    @Test
    void whatWasReceivedIsClosedWithTheSession() {
        vfio().receive(path, IOMMU);
        vfio().receive(path, bench().edu().name());

        vfio().close();

        assertEquals(0, bench().holdings().count("/dev/iommu") - before().count("/dev/iommu"));
    }

    @Test
    void deviceThatIsNotAllowedIsRefusedAndTheOthersNamed() {
        VfioException refused =
                assertThrows(
                        VfioException.class, () -> vfio().receive(path, bench().otherEdu().name()));
        assertNames(refused, path, bench().otherEdu().name(), IOMMU, bench().edu().name());
        assertRequests(bench().otherEdu().name());
        assertTrue(answers.element().refusal().isPresent());
    }

    @Test
    void requestThatIsNoNameIsRefusedAndThePeerHungUpOn() throws KernelException {
        for (String garbage : List.of("\n", "two words\n", "\0\n", "\u00fc\n")) {
            assertHungUpOn(garbage.getBytes(StandardCharsets.UTF_8), "a request is");
        }
        assertHungUpOn(new byte[LONGEST], "at most " + LONGEST + " bytes");
        assertHungUpOn(new byte[4 * LONGEST], "at most " + LONGEST + " bytes");
        vfio().receive(path, IOMMU).close();
    }

    @Test
    void requestsOfOnePeerAreAnsweredOneAfterTheOther() throws KernelException {
        try (DescriptorSocket peer = DescriptorSocket.connect(kernel(), path)) {
            peer.send(bytes("iom"));
            peer.send(bytes("mu\nno-such\niommu\n"));
            List<Integer> came = new ArrayList<>();
            StringBuilder lines = new StringBuilder();
            while (lines.chars().filter(c -> c == '\n').count() < 3) {
                DescriptorSocket.Received part = peer.receive(1024, 1);
                lines.append(text(part.bytes()));
                came.addAll(part.descriptors());
            }
            came.forEach(kernel()::close);
            List<String> answered = lines.toString().lines().toList();
            assertEquals(List.of("ok", "ok"), List.of(answered.get(0), answered.get(2)));
            assertTrue(answered.get(1).startsWith("no: no-such: "), answered.get(1));
            assertEquals(2, came.size());
        }
    }

    @Test
    void peersThatSayNothingOrHangUpHoldUpNobody() throws KernelException {
        List<DescriptorSocket> idle = new ArrayList<>();
        for (int i = 0; i < MOST_PEERS + 8; i++) {
            idle.add(DescriptorSocket.connect(kernel(), path));
            DescriptorSocket.connect(kernel(), path).close();
        }
        DescriptorSocket halfway = DescriptorSocket.connect(kernel(), path);
        halfway.send(bytes("iomm"));
        halfway.close();
        DescriptorSocket impatient = DescriptorSocket.connect(kernel(), path);
        impatient.send(bytes("iommu\n"));
        impatient.close();

        vfio().receive(path, IOMMU).close();

        idle.forEach(DescriptorSocket::close);
    }

    @Test
    void descriptorsThatAPeerSendsAreRefusedAndNotKept() throws KernelException {
        int eventfd = kernel().eventfd(0, 0);
        try (DescriptorSocket peer = DescriptorSocket.connect(kernel(), path)) {
            peer.send(bytes("iommu\n"), eventfd);
            assertTrue(text(peer.receive(1024, 1).bytes()).startsWith("no: "));
            assertFalse(peer.receive(1024, 1).bytes().hasRemaining(), "hung up on");
        }
        assertEquals(0, kernel().close(eventfd));
    }

    @Test
    void pathAtWhichSomebodyListensIsNotTakenOver() {
        VfioException refused = assertThrows(VfioException.class, () -> vfio().broker(options()));
        assertNames(refused, path, "another process listens");
        vfio().receive(path, IOMMU).close();
    }

    @Test
    void pathThatWasLeftBehindIsTakenOver() {
        String left = path + ".left";
        leaveBehind(left);

        vfio().broker(BrokerOptions.at(left)).close();

        assertFalse(kernel().files().exists(left));
    }

    /** The name of a socket that nobody has open, as a killed process leaves it. */
    private void leaveBehind(String left) {
        SocketAddress address = new SocketAddress(left);
        int fd = kernel().sockets().socket(Fcntl.SOCK_STREAM);
        assertEquals(0, kernel().sockets().bind(fd, address.address(), address.capacity()));
        assertEquals(0, kernel().close(fd));
        assertTrue(kernel().sockets().isSocket(left));
    }

    @Test
    void pathOfSomethingElseIsLeftAlone() {
        assertNames(
                assertThrows(
                        VfioException.class, () -> vfio().broker(BrokerOptions.at("/dev/iommu"))),
                "/dev/iommu",
                "no socket");
        assertTrue(kernel().files().exists("/dev/iommu"));
    }

    @Test
    void brokerThatIsClosedServesNobody() throws Exception {
        broker.close();
        broker.close();
        crew.await();

        assertNames(
                assertThrows(VfioException.class, () -> vfio().receive(path, IOMMU)),
                path,
                "no broker listens there");
        broker.serve(answers::add);
    }

    @Test
    void deviceThatIsNotThereIsNotAllowed() {
        String none = path + ".none";
        assertThrows(
                VfioException.class,
                () -> vfio().broker(BrokerOptions.at(none).allow("ffff:ff:1f.7")));
        assertThrows(
                IllegalArgumentException.class,
                () -> vfio().broker(BrokerOptions.at(none).allow("no device")));
        assertThrows(
                IllegalArgumentException.class,
                () -> vfio().broker(BrokerOptions.at("/tmp/" + "x".repeat(200))));
        assertFalse(kernel().files().exists(none));
    }

    private void assertHungUpOn(byte[] request, String why) throws KernelException {
        answers.clear();
        try (DescriptorSocket peer = DescriptorSocket.connect(kernel(), path)) {
            peer.send(request);
            String answer = text(peer.receive(1024, 1).bytes());
            assertTrue(answer.startsWith("no: ") && answer.contains(why), answer);
            assertArrayEquals(new byte[0], rest(peer));
        }
        assertRequests("");
    }

    /** What still comes before the peer hangs up; that it left something unread is no news. */
    private static byte[] rest(DescriptorSocket peer) throws KernelException {
        try {
            ByteBuffer came = peer.receive(1024, 1).bytes();
            byte[] bytes = new byte[came.remaining()];
            came.get(bytes);
            return bytes;
        } catch (KernelException reset) {
            assertEquals("ECONNRESET", reset.errno().name());
            return new byte[0];
        }
    }

    /** Who was answered may know it before the broker tells of it. */
    private void assertRequests(String... expected) {
        assertBecomes(expected.length, answers::size);
        assertEquals(List.of(expected), answers.stream().map(BrokerAnswer::request).toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
