// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import org.junit.jupiter.api.Nested;

/**
 * The 141 cases of Linux 7.3's own tests of VFIO ({@code tools/testing/selftests/vfio}), against
 * jvfio on one machine, by their ids: {@code DM-1} to {@code PF-5}.
 *
 * <p>They go through the SDK as its users do, but for requests that the SDK does not let through. A
 * case that a machine cannot run is skipped with the reason.
 */
public abstract class AcceptanceSuite {
    /** For extension. */
    protected AcceptanceSuite() {}

    /** The machine: the same each time. */
    protected abstract AcceptanceBench bench();

    /** DM: mapping and unmapping one page. */
    @Nested
    class DmaMapping extends DmaMappingCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** DL: the top of what the IOMMU translates. */
    @Nested
    class DmaLimits extends DmaLimitCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** MM: a BAR as memory for DMA. */
    @Nested
    class BarMapping extends BarMappingCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** CD: binding and attaching a device's own file. */
    @Nested
    class CdevSetup extends CdevSetupCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** PD and PI: configuration space, BARs, reset, interrupts. */
    @Nested
    class PciDevices extends PciDeviceCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** DR: a driver that copies memory. */
    @Nested
    class PciDrivers extends PciDriverCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** SR: tokens of virtual functions. */
    @Nested
    class SriovTokens extends SriovTokenCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }

    /** PF: devices initialised side by side. */
    @Nested
    class InitTimes extends InitTimeCases {
        @Override
        AcceptanceBench bench() {
            return AcceptanceSuite.this.bench();
        }
    }
}
