// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.jvfio.testkit.contract.ApertureContract;
import org.jvfio.testkit.contract.BadInputContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.ClosingContract;
import org.jvfio.testkit.contract.ClosingOrderContract;
import org.jvfio.testkit.contract.ConfigContract;
import org.jvfio.testkit.contract.HotplugContract;
import org.jvfio.testkit.contract.IovaContract;
import org.jvfio.testkit.contract.LimitContract;
import org.jvfio.testkit.contract.ListenerContract;
import org.jvfio.testkit.contract.MainJobContract;
import org.jvfio.testkit.contract.MappingContract;
import org.jvfio.testkit.contract.NvmeContract;
import org.jvfio.testkit.contract.RegionContract;
import org.jvfio.testkit.contract.ResetContract;
import org.jvfio.testkit.contract.SharingContract;
import org.jvfio.testkit.contract.SpaprContract;
import org.jvfio.testkit.contract.SystemResetContract;
import org.jvfio.testkit.contract.ViommuContract;
import org.jvfio.testkit.contract.VmmGuideContract;

/**
 * The contract suites through POWER's IOMMU of the guest's kernel, as far as it has the devices.
 *
 * <p>Of {@code PciSuites} these are missing: hot reset (all functions of a host bridge are one
 * group), interrupts (those of MSI-X come until a device is reset), KVM (not under emulation), and
 * those that would take minutes here and differ in nothing from the simulated kernel's.
 */
@DisplayName("spapr suites")
final class SpaprContractRun {
    private static Bench bench() {
        return new GuestBench(GuestBench.SPAPR);
    }

    /** One device, from attach to close. */
    @Nested
    class MainJob extends MainJobContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What needs an nvme alone. */
    @Nested
    class Nvme extends NvmeContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Configuration space. */
    @Nested
    class Config extends ConfigContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Regions through the kernel and through memory. */
    @Nested
    class Region extends RegionContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Function resets. */
    @Nested
    class Reset extends ResetContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Resets of every device. */
    @Nested
    class SystemReset extends SystemResetContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Closing, early, twice, and from several threads. */
    @Nested
    class Closing extends ClosingContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Parents and children, closed in every order. */
    @Nested
    class ClosingOrder extends ClosingOrderContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Devices that cannot be had. */
    @Nested
    class BadInput extends BadInputContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Several devices and address spaces. */
    @Nested
    class Sharing extends SharingContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Devices that come and go while others work. */
    @Nested
    class Hotplug extends HotplugContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What can be mapped, and what is refused. */
    @Nested
    class Mapping extends MappingContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** A guest's memory map. */
    @Nested
    class Listener extends ListenerContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Devices behind the embedder's virtual IOMMU. */
    @Nested
    class Viommu extends ViommuContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What the VMM guide shows. */
    @Nested
    class VmmGuide extends VmmGuideContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What the IOMMU translates. */
    @Nested
    class Aperture extends ApertureContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What a virtual IOMMU is told, and what a memory map takes. */
    @Nested
    class Iova extends IovaContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** What the kernel takes no more of. */
    @Nested
    class Limit extends LimitContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }

    /** Windows and registered memory. */
    @Nested
    class Spapr extends SpaprContract {
        @Override
        protected Bench bench() {
            return SpaprContractRun.bench();
        }
    }
}
