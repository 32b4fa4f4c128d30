// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;

/** {@code vfio_pci_sriov_uapi_test.c}: SR-1 to SR-45. */
abstract class SriovTokenCases extends Acceptance {
    private static final UUID ONE = UUID.fromString("52ac9bff-3a88-4fbd-901a-0d767c3b6c97");
    private static final UUID TWO = UUID.fromString("88594674-90a0-47a9-aea8-9d9b352ac08a");

    /** What the virtual function is opened with, where the physical one has token {@link #ONE}. */
    private enum Token {
        SAME_UUID,
        DIFF_UUID,
        NULL_UUID;

        AttachOptions with(AttachOptions options) {
            return switch (this) {
                case SAME_UUID -> options.vfToken(ONE);
                case DIFF_UUID -> options.vfToken(TWO);
                case NULL_UUID -> options;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private AcceptanceBench.VirtualFunction function;

    static Stream<Case<Token>> initTokenMatch() {
        return Case.each("SR", 1, "init_token_match", List.of(Token.values()));
    }

    static Stream<Case<Token>> pfEarlyClose() {
        return Case.each("SR", 16, "pf_early_close", List.of(Token.values()));
    }

    static Stream<Case<Token>> overrideToken() {
        return Case.each("SR", 31, "override_token", List.of(Token.values()));
    }

    @BeforeEach
    final void enableVirtualFunction() {
        function = bench().enableVirtualFunction();
    }

    @AfterEach
    final void disableVirtualFunction() {
        if (function != null) {
            function.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void initTokenMatch(Case<Token> given) {
        try (Vfio vfio = open(given.mode())) {
            attachPhysical(vfio, given.mode());

            checkVirtual(given, given.variant() == Token.SAME_UUID);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void pfEarlyClose(Case<Token> given) {
        try (Vfio vfio = open(given.mode())) {
            attachPhysical(vfio, given.mode()).close();

            checkVirtual(given, given.variant() == Token.SAME_UUID);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void overrideToken(Case<Token> given) {
        try (Vfio vfio = open(given.mode())) {
            attachPhysical(vfio, given.mode()).vfToken(TWO);

            checkVirtual(given, given.variant() == Token.DIFF_UUID);
        }
    }

    private PciDevice attachPhysical(Vfio vfio, IommuMode mode) {
        AttachOptions options = mode.options().busMaster(false).vfToken(ONE);
        return attach(vfio, bench().physicalFunction(), options);
    }

    /** The virtual function opens in a session of its own, or its refusal says why. */
    private void checkVirtual(Case<Token> given, boolean opens) {
        AttachOptions options = given.variant().with(given.mode().options().busMaster(false));
        try (Vfio other = open(given.mode())) {
            if (opens) {
                assertTrue(attach(other, function.address(), options).config().vendorId() != 0);
            } else {
                VfioException refused =
                        assertThrows(
                                VfioException.class,
                                () -> attach(other, function.address(), options));
                assertEquals(OptionalInt.of(Errno.EACCES.number()), refused.errno());
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("vfToken"),
                        refused::getMessage);
            }
        }
    }
}
