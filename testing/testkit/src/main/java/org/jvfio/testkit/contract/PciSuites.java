// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.junit.jupiter.api.Nested;

/**
 * The suites for one backend on one machine, as far as any IOMMU goes.
 *
 * <p>What wants descriptors of character devices, mediated devices, BARs behind the IOMMU or a
 * guest of 1 TiB is in {@link BackendContract}.
 */
public abstract class PciSuites {
    /** For extension. */
    protected PciSuites() {}

    /** The machine, its devices, and the backend under test: the same each time. */
    protected abstract Bench bench();

    /** One device, from attach to close. */
    @Nested
    class MainJob extends MainJobContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What needs an nvme alone. */
    @Nested
    class Nvme extends NvmeContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Several devices, address spaces and backends. */
    @Nested
    class Sharing extends SharingContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Devices that come and go while others work. */
    @Nested
    class Hotplug extends HotplugContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Which pages devices wrote. */
    @Nested
    class Dirty extends DirtyContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Memory that is a file's. */
    @Nested
    class MemoryFiles extends MemoryFileContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** A guest's memory map. */
    @Nested
    class Listener extends ListenerContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Random changes of a guest's memory map. */
    @Nested
    class RandomMap extends RandomMapContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Devices behind the embedder's virtual IOMMU. */
    @Nested
    class Viommu extends ViommuContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Guest memory that comes and goes. */
    @Nested
    class Discard extends DiscardContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What the VMM guide shows. */
    @Nested
    class VmmGuide extends VmmGuideContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What can be mapped, and what is refused. */
    @Nested
    class Mapping extends MappingContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Memory that is brought in before it is mapped. */
    @Nested
    class Populate extends PopulateContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What the IOMMU translates and what it reserves. */
    @Nested
    class Aperture extends ApertureContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What a virtual IOMMU is told, and what a memory map takes. */
    @Nested
    class Iova extends IovaContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** What the kernel takes no more of. */
    @Nested
    class Limit extends LimitContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Configuration space. */
    @Nested
    class Config extends ConfigContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Regions through the kernel and through memory. */
    @Nested
    class Region extends RegionContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** INTx, MSI and MSI-X. */
    @Nested
    class Interrupt extends InterruptContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Function resets. */
    @Nested
    class Reset extends ResetContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Resets of a bus with all functions on it. */
    @Nested
    class HotReset extends HotResetContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Resets of every device. */
    @Nested
    class SystemReset extends SystemResetContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** A virtual machine that is told of devices. */
    @Nested
    class Kvm extends KvmContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Closing, early, twice, and from several threads. */
    @Nested
    class Closing extends ClosingContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Parents and children, closed in every order. */
    @Nested
    class ClosingOrder extends ClosingOrderContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }

    /** Devices that cannot be had. */
    @Nested
    class BadInput extends BadInputContract {
        @Override
        protected Bench bench() {
            return PciSuites.this.bench();
        }
    }
}
