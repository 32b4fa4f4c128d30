// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvfio.spi.PeerMemory.Presence;

/** What a device says of itself to those who have mapped it for others. */
final class DevicePresenceTest {
    private final DevicePresence presence = new DevicePresence();
    private final List<Presence> heard = new ArrayList<>();

    private void watch() {
        assertTrue(presence.watch(() -> heard.add(presence.presence())));
    }

    @Test
    void resetIsHeardBeforeAndAfter() {
        watch();

        presence.leaves();
        presence.leaves();
        presence.returns();
        presence.returns();

        assertEquals(List.of(Presence.AWAY, Presence.AWAY, Presence.AWAY, Presence.HERE), heard);
        assertEquals(2, presence.revocations());
    }

    @Test
    void decodingIsHeardWhenItChanges() {
        watch();

        presence.decodes(true);
        presence.decodes(false);
        presence.decodes(false);
        presence.leaves();
        presence.returns();
        presence.decodes(true);

        assertEquals(List.of(Presence.AWAY, Presence.AWAY, Presence.AWAY, Presence.HERE), heard);
    }

    @Test
    void watcherThatThrowsKeepsTheDeviceWhereItWas() {
        watch();
        Runnable refuses =
                () -> {
                    if (presence.presence() == Presence.AWAY) {
                        throw new IllegalStateException("told to refuse");
                    }
                };
        assertTrue(presence.watch(refuses));

        assertThrows(IllegalStateException.class, presence::leaves);
        assertThrows(IllegalStateException.class, () -> presence.decodes(false));

        assertEquals(Presence.HERE, presence.presence());
        assertEquals(0, presence.revocations());
        assertEquals(List.of(Presence.AWAY, Presence.HERE, Presence.AWAY, Presence.HERE), heard);
    }

    @Test
    void closeIsTheEnd() {
        watch();

        presence.close();

        assertEquals(List.of(Presence.GONE), heard);
        assertFalse(presence.watch(() -> {}));
    }

    @Test
    void whoIsForgottenHearsNothing() {
        Runnable watcher = () -> heard.add(Presence.GONE);
        assertTrue(presence.watch(watcher));

        presence.forget(watcher);
        presence.leaves();

        assertEquals(List.of(), heard);
    }
}
