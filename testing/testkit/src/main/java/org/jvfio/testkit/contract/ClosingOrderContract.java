// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.AddressSpace;
import org.jvfio.DmaBuffer;
import org.jvfio.Vfio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.testkit.driver.EduDriver;

/** Parents and children, closed in every order: nothing is left, and what stays goes on. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class ClosingOrderContract extends Contract {
    private static final int THINGS = 4;

    /** For extension. */
    protected ClosingOrderContract() {}

    @Test
    void deviceAndWhatIsOnItCloseInEveryOrder() throws Exception {
        for (List<Integer> order : orders(THINGS)) {
            AddressSpace space = vfio().newAddressSpace();
            PciDevice device = attach(space, bench().edu());
            device.msi().listen(0, vector -> {});
            close(order, space, device, device.bar(0).map(), space.allocate(Reach.BYTES));
        }
    }

    @Test
    void devicesThatShareAContainerCloseInEveryOrder() throws Exception {
        for (List<Integer> order : orders(THINGS)) {
            Vfio session = bench().open();
            AddressSpace space = session.addressSpace();
            PciDevice one = attach(space, bench().edu());
            PciDevice other = attach(space, bench().otherEdu());
            close(order, session, one, other, space.allocate(Reach.BYTES));
        }
    }

    /**
     * Closes each in its turn; some close others with them, and then their own turn does nothing.
     */
    private void close(List<Integer> order, AutoCloseable... things) throws Exception {
        for (int turn : order) {
            things[turn].close();
        }
        assertEquals(before(), bench().holdings(), () -> "closed in the order " + order);
    }

    @Test
    void deviceThatStaysReachesItsMemoryWhicheverCameFirst() {
        for (List<PciAddress> addresses :
                List.of(
                        List.of(bench().edu(), bench().otherEdu()),
                        List.of(bench().otherEdu(), bench().edu()))) {
            PciDevice first = attach(addresses.get(0));
            try (PciDevice second = attach(addresses.get(1));
                    EduDriver edu = EduDriver.start(second);
                    DmaBuffer buffer = space().allocate(Reach.BYTES)) {
                first.close();
                Reach.assertReaches(edu, buffer.iova(), buffer.bytes());
            }
        }
    }

    @Test
    void sessionsCloseInEitherOrder() {
        for (boolean firstFirst : new boolean[] {true, false}) {
            Vfio one = bench().open();
            Vfio other = bench().open();
            attach(one.addressSpace(), bench().edu());
            PciDevice stays = attach(other.addressSpace(), bench().otherEdu());
            if (firstFirst) {
                one.close();
                assertEquals(EduDriver.VENDOR_ID, stays.config().vendorId());
                other.close();
            } else {
                other.close();
                one.close();
            }
            assertEquals(before(), bench().holdings());
        }
    }

    /** Every order of the numbers below {@code count}. */
    private static List<List<Integer>> orders(int count) {
        List<List<Integer>> orders = List.of(List.of());
        for (int next = 0; next < count; next++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> shorter : orders) {
                for (int place = 0; place <= shorter.size(); place++) {
                    List<Integer> order = new ArrayList<>(shorter);
                    order.add(place, next);
                    longer.add(order);
                }
            }
            orders = longer;
        }
        return orders;
    }
}
