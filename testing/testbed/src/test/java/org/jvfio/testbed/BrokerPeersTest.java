// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvfio.AttachOptions;
import org.jvfio.BrokerAnswer;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.Iommufd;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;

/** Whom a broker serves: peers of other users and groups, which take a simulated process. */
@Timeout(60)
final class BrokerPeersTest {
    private static final String PATH = "/run/jvfio.sock";
    private static final int USER = 1000;
    private static final int GROUP = 100;

    private final SimKernel kernel = SimHostProvider.machine().build();
    private final Queue<BrokerAnswer> answers = new ConcurrentLinkedQueue<>();
    private final Vfio vfio = Vfio.on(kernel.host());

    @AfterEach
    void nothingIsLeft() {
        vfio.close();
        kernel.assertNothingLeft();
        kernel.close();
    }

    /** What a process of user 1000 and group 100 gets from root's broker, or why it does not. */
    private String asked(BrokerOptions options, String name) throws InterruptedException {
        DescriptorBroker broker = vfio.broker(options);
        Thread server = new Thread(() -> broker.serve(answers::add));
        server.start();
        kernel.user(USER, GROUP);
        try {
            vfio.receive(PATH, name).close();
            return "ok";
        } catch (VfioException refused) {
            return String.valueOf(refused.getMessage());
        } finally {
            kernel.user(0, 0);
            broker.close();
            server.join();
        }
    }

    private static BrokerOptions open() {
        return BrokerOptions.at(PATH).mode(0666);
    }

    @Test
    void otherUserIsRefusedByNumber() throws InterruptedException {
        String said = asked(open(), "iommu");

        assertTrue(said.contains("user 1000, group 100"), said);
        assertEquals(1, answers.size());
        assertEquals(List.of(USER, GROUP), List.of(answer().uid(), answer().gid()));
        assertTrue(answer().refusal().isPresent());
    }

    @Test
    void userOrGroupThatIsAllowedIsServed() throws InterruptedException {
        assertEquals("ok", asked(open().peerUser(USER), "iommu"));
        assertEquals("ok", asked(open().peerGroup(GROUP), "iommu"));
        String said = asked(open().peerUser(USER + 1).peerGroup(GROUP + 1), "iommu");
        assertTrue(said.contains("user 1000"), said);
    }

    @Test
    void modeOfThePathKeepsOthersOut() throws InterruptedException {
        BrokerOptions closed = BrokerOptions.at(PATH).peerUser(USER);

        String said = asked(closed, "iommu");
        assertTrue(said.contains("EACCES") && said.contains("--socket-mode"), said);
        assertTrue(answers.isEmpty());

        assertEquals("ok", asked(closed.owner(USER), "iommu"));
        assertEquals("ok", asked(closed.group(GROUP).mode(0660), "iommu"));
    }

    @Test
    void processWithoutPermissionsAttachesWhatItWasHanded() throws InterruptedException {
        String name = SweepWorld.EDU.name();
        String cdev = vfio.device(name).cdev().orElseThrow();
        DescriptorBroker broker = vfio.broker(open().allow(name).peerUser(USER));
        Thread server = new Thread(() -> broker.serve(answers::add));
        server.start();
        kernel.user(USER, GROUP);
        try (Vfio plain = Vfio.on(kernel.host());
                ReceivedDescriptor iommu = plain.receive(PATH, DescriptorBroker.IOMMU);
                ReceivedDescriptor device = plain.receive(PATH, name)) {
            kernel.deny("/dev/iommu");
            kernel.deny(cdev);
            kernel.deny("/dev/vfio/vfio");
            kernel.deny("/dev/vfio/" + plain.device(name).group().getAsInt());
            AttachOptions passed = AttachOptions.defaults().descriptor(device.borrowed());
            assertThrows(
                    VfioException.class,
                    () -> plain.addressSpace().attach(SweepWorld.EDU, AttachOptions.defaults()));
            assertThrows(
                    VfioException.class,
                    () -> plain.addressSpace().attach(SweepWorld.EDU, passed),
                    "without an iommufd, /dev/iommu is still to be opened");
            try (Iommufd object = plain.iommufd(iommu.borrowed());
                    PciDevice edu =
                            plain.addressSpace().attach(SweepWorld.EDU, passed.iommufd(object))) {
                edu.addressSpace().allocate(SweepWorld.PAGE);
                assertEquals("iommufd", edu.backend());
            }
        } finally {
            broker.close();
            server.join();
        }
    }

    private BrokerAnswer answer() {
        return answers.element();
    }
}
