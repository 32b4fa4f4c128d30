// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvfio.AttachOptions;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.SimKernel;
import org.jvfio.testkit.SimKernelBuilder;

/**
 * Groups that Linux takes out of their containers by itself, which it does when the driver of the
 * last device goes, on the simulated kernel.
 */
final class GroupDepartureTest {
    private static final PciAddress EDU = PciAddress.of("0000:00:05.0");
    private static final String LEAVE = "VFIO_GROUP_UNSET_CONTAINER";
    private static final String CHOOSE = "VFIO_SET_IOMMU";

    /** What has a container of its own kind. */
    enum Backend {
        LEGACY,
        UNPROTECTED,
        SPAPR;

        private SimKernel machine() {
            SimKernelBuilder usual = SimHostProvider.machine();
            return switch (this) {
                case LEGACY -> usual.build();
                case UNPROTECTED -> usual.withoutIommu().unsafeNoIommu().build();
                case SPAPR -> usual.spaprTce().build();
            };
        }

        private AttachOptions options() {
            AttachOptions options = AttachOptions.defaults();
            return switch (this) {
                case LEGACY -> options.backend("legacy");
                case UNPROTECTED -> options.backend("legacy").unsafeNoIommu();
                case SPAPR -> options.backend("spapr");
            };
        }
    }

    private static PciDevice attach(Vfio vfio, Backend backend) {
        return vfio.addressSpace().attach(EDU, backend.options());
    }

    private static void assertNothingLeft(SimKernel kernel) {
        assertTrue(kernel.hasFailedAsPlanned());
        assertEquals(List.of(), kernel.leftovers());
        kernel.close();
    }

    @ParameterizedTest
    @EnumSource
    void groupThatIsInNoContainerAnyMoreHasLeft(Backend backend) {
        SimKernel kernel = backend.machine();
        try (Vfio vfio = Vfio.on(kernel.host())) {
            PciDevice device = attach(vfio, backend);
            kernel.failNext(LEAVE, Errno.EINVAL);
            device.close();
        }
        assertNothingLeft(kernel);
    }

    @ParameterizedTest
    @EnumSource
    void groupThatStaysInItsContainerIsNamed(Backend backend) {
        SimKernel kernel = backend.machine();
        try (Vfio vfio = Vfio.on(kernel.host())) {
            PciDevice device = attach(vfio, backend);
            kernel.failNext(LEAVE, Errno.EBUSY);
            VfioException stays = assertThrows(VfioException.class, device::close);
            assertEquals(OptionalInt.of(Errno.EBUSY.number()), stays.errno());
        }
        assertNothingLeft(kernel);
    }

    @Test
    void refusalOfAnIommuIsToldAloneWhenTheGroupHasLeft() {
        SimKernel kernel = Backend.SPAPR.machine();
        try (Vfio vfio = Vfio.builder().host(kernel.host()).option("spapr.iommu", "v2").open()) {
            kernel.failNext(CHOOSE, Errno.EPERM);
            kernel.failNext(LEAVE, Errno.EINVAL);
            VfioException refused =
                    assertThrows(VfioException.class, () -> attach(vfio, Backend.SPAPR));
            assertEquals(OptionalInt.of(Errno.EPERM.number()), refused.errno());
            assertEquals(0, refused.getSuppressed().length);
        }
        assertNothingLeft(kernel);
    }
}
