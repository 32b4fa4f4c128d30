// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping.Part;
import org.jvfio.PeerMapping.State;
import org.jvfio.VfioException;
import org.jvfio.spi.PeerMemory.Presence;

/** BARs in page tables that take them, refuse them, come and go. */
final class PeerMappingsTest {
    private static final int PAGE = 0x1000;
    private static final IovaRange RANGE = IovaRange.of(0x10_0000, PAGE);

    private final PageTables pages = new PageTables(PAGE);
    private final FakeTables byFile = new FakeTables();
    private final FakeTables byAddress = new FakeTables();
    private final FakeBar bar = new FakeBar();

    @BeforeEach
    void twoContainers() {
        byFile.mapsFiles = true;
        pages.add(container(byFile));
        pages.add(container(byAddress));
    }

    @AfterEach
    void nothingIsLeftOpen() {
        pages.forgetPeers();
        assertThat(bar.opened).isEmpty();
    }

    private static Container container(FakeTables tables) {
        return new Container(new NoBackend(), tables);
    }

    private Peer map() {
        return pages.mapPeer(RANGE, bar, 2 * PAGE, Access.READ_WRITE);
    }

    private static List<State> states(Peer peer) {
        return peer.parts().values().stream().map(Part::state).toList();
    }

    @Test
    void eachContainerTakesTheBarAsItCan() {
        Peer peer = map();

        assertThat(byFile.requests).containsExactly("map " + RANGE + " from descriptor 9 at 0x0");
        assertThat(byAddress.requests).containsExactly("map " + RANGE);
        assertThat(peer.state()).isEqualTo(State.MAPPED);
        assertThat(peer.reason()).isEmpty();
        assertThat(pages.mappings()).isEmpty();
    }

    @Test
    void refusalOfOneContainerIsItsOwn() {
        bar.exports = false;

        Peer peer = map();

        assertThat(states(peer)).containsExactly(State.REFUSED, State.MAPPED);
        assertThat(peer.state()).isEqualTo(State.REFUSED);
        assertThat(peer.reason()).contains("fake BAR: export: told to refuse");
        pages.unmapPeer(peer);
        assertThat(byAddress.mapped).isEmpty();
        assertThat(byFile.requests).isEmpty();
    }

    @Test
    void refusalIsToldOnceForEachKind() {
        List<String> warnings = new ArrayList<>();
        PeerMappings peers =
                new PeerMappings(
                        List.of(container(byFile)), Runnable::run, new ListedWarnings(warnings));
        bar.exports = false;
        for (int i = 0; i < 3; i++) {
            peers.close(peers.map(RANGE, bar, 0, Access.READ));
        }
        assertThat(warnings).hasSize(1);
        bar.exports = true;
        byFile.refusing = true;
        for (int i = 0; i < 3; i++) {
            peers.close(peers.map(RANGE, bar, 0, Access.READ));
        }
        assertThat(warnings).hasSize(2).allMatch(told -> told.contains("fake BAR"));
    }

    /** A log that keeps its warnings. */
    private record ListedWarnings(List<String> warnings) implements System.Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            log(level, bundle, message);
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object... parameters) {
            if (level == Level.WARNING) {
                warnings.add(new MessageFormat(format).format(parameters));
            }
        }
    }

    @Test
    void whatTheIommuDoesNotTranslateIsARefusal() {
        byAddress.apertures = List.of(new IovaRange(0, 0xffff));
        byFile.pageSizes = 0x10_0000_0000L;

        Peer peer = map();

        assertThat(states(peer)).containsExactly(State.REFUSED, State.REFUSED);
        assertThat(peer.reason()).contains("only [[0x0, 0xffff]]").contains("not whole pages");
        assertThat(byFile.mapped).isEmpty();
        assertThat(byAddress.mapped).isEmpty();
    }

    @Test
    void itGoesWithTheDeviceAndComesBackWithIt() {
        Peer peer = map();

        bar.becomes(Presence.AWAY);
        assertThat(peer.state()).isEqualTo(State.REVOKED);
        assertThat(states(peer)).containsOnly(State.REVOKED);
        assertThat(byFile.mapped).isEmpty();
        assertThat(byAddress.mapped).isEmpty();
        assertThat(pages.isFree(RANGE)).isFalse();

        bar.becomes(Presence.HERE);
        assertThat(states(peer)).containsExactly(State.MAPPED, State.MAPPED);
        assertThat(byFile.mapped).hasSize(1);
        assertThat(byAddress.mapped).hasSize(1);
    }

    @Test
    void deviceThatWasAwayUnseenIsMappedAnew() {
        map();
        bar.revocations++;

        bar.becomes(Presence.HERE);

        assertThat(byFile.requests)
                .containsExactly(
                        "map " + RANGE + " from descriptor 9 at 0x0",
                        "unmap " + RANGE,
                        "map " + RANGE + " from descriptor 9 at 0x0");
        bar.becomes(Presence.HERE);
        assertThat(byFile.requests).hasSize(3);
    }

    @Test
    void barThatIsAwayWaits() {
        bar.presence = Presence.AWAY;

        Peer peer = map();

        assertThat(peer.state()).isEqualTo(State.REVOKED);
        assertThat(byFile.requests).isEmpty();
        bar.becomes(Presence.HERE);
        assertThat(peer.state()).isEqualTo(State.MAPPED);
    }

    @Test
    void deviceThatIsClosedEndsIt() {
        Peer peer = map();

        bar.becomes(Presence.GONE);

        assertThat(peer.state()).isEqualTo(State.REVOKED);
        assertThat(peer.reason()).isEqualTo("fake device is closed");
        assertThat(bar.opened).isEmpty();
        assertThat(byFile.mapped).isEmpty();
        assertThat(pages.isFree(RANGE)).isTrue();
        pages.unmapPeer(peer);
    }

    @Test
    void closedDeviceIsNotKeptByAContainerThatRefusesToLetGo() {
        Peer peer = map();
        byFile.refusing = true;

        assertThatThrownBy(() -> bar.becomes(Presence.GONE)).isInstanceOf(VfioException.class);

        assertThat(bar.opened).isEmpty();
        assertThat(byAddress.mapped).isEmpty();
        assertThat(pages.isFree(RANGE)).isFalse();
        byFile.refusing = false;
        pages.unmapPeer(peer);
        assertThat(byFile.mapped).isEmpty();
        assertThat(pages.isFree(RANGE)).isTrue();
    }

    @Test
    void whatCannotBeTakenAwayStaysEverywhere() {
        Peer peer = map();
        byAddress.refusing = true;

        assertThatThrownBy(() -> pages.unmapPeer(peer)).isInstanceOf(VfioException.class);
        assertThatThrownBy(() -> bar.becomes(Presence.AWAY)).isInstanceOf(VfioException.class);

        assertThat(states(peer)).containsExactly(State.MAPPED, State.MAPPED);
        assertThat(byFile.mapped).hasSize(1);
        byAddress.refusing = false;
        bar.becomes(Presence.HERE);
        assertThat(states(peer)).containsExactly(State.MAPPED, State.MAPPED);
    }

    @Test
    void containerThatJoinsLaterGetsItAndOneThatLeavesIsForgotten() {
        Peer peer = map();
        FakeTables later = new FakeTables();
        Container third = container(later);

        pages.add(third);
        assertThat(later.mapped).hasSize(1);
        assertThat(peer.parts()).hasSize(3);
        pages.remove(third);
        assertThat(peer.parts()).hasSize(2);
    }

    @Test
    void containerThatJoinsLaterMayRefuseIt() {
        Peer peer = map();
        bar.exports = false;
        FakeTables later = new FakeTables();
        later.mapsFiles = true;

        pages.add(container(later));

        assertThat(peer.state()).isEqualTo(State.REFUSED);
        assertThat(states(peer)).containsExactly(State.MAPPED, State.MAPPED, State.REFUSED);
        assertThat(pages.containers()).hasSize(3);
    }

    @Test
    void memoryAndBarsDoNotOverlap() {
        map();
        IovaRange memory = IovaRange.of(0x20_0000, PAGE);
        pages.map(memory, 0x10000, Access.READ);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.map(RANGE, 0x10000, Access.READ));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.mapPeer(memory, bar, 0, Access.READ));
        assertThatIllegalArgumentException().isThrownBy(this::map);
        IovaRange within = new IovaRange(0xf_0000, 0x10_2fff);
        assertThat(pages.choose(PAGE, within).overlaps(RANGE)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.mapPeer(IovaRange.of(0x800, PAGE), bar, 0, Access.READ));
    }

    @Test
    void unmappingItsRangeEndsIt() {
        Peer peer = map();

        assertThat(pages.unmap(RANGE)).isEqualTo(PAGE);

        assertThat(peer.state()).isEqualTo(State.REVOKED);
        assertThat(byAddress.mapped).isEmpty();
        assertThat(bar.opened).isEmpty();
        assertThat(pages.unmap(RANGE)).isZero();
        pages.unmapPeer(peer);
    }

    @Test
    void unmappingThatIsRefusedLeavesIt() {
        Peer peer = map();
        byAddress.refusing = true;

        assertThatThrownBy(() -> pages.unmap(RANGE)).isInstanceOf(VfioException.class);
        assertThatThrownBy(pages::unmapAll).isInstanceOf(VfioException.class);

        assertThat(byFile.mapped).hasSize(1);
        assertThat(peer.state()).isEqualTo(State.MAPPED);
    }

    @Test
    void aPartOfItIsNotUnmapped() {
        IovaRange two = IovaRange.of(0x10_0000, 2 * PAGE);
        pages.mapPeer(two, bar, 0, Access.READ);

        assertThatIllegalArgumentException().isThrownBy(() -> pages.unmap(RANGE));
    }
}
