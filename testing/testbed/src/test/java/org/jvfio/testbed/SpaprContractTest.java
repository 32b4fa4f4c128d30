// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvfio.testkit.SimHostProvider;
import org.jvfio.testkit.contract.BadInputContract;
import org.jvfio.testkit.contract.Bench;
import org.jvfio.testkit.contract.ClosingContract;
import org.jvfio.testkit.contract.ClosingOrderContract;
import org.jvfio.testkit.contract.ConfigContract;
import org.jvfio.testkit.contract.DirtyContract;
import org.jvfio.testkit.contract.DiscardContract;
import org.jvfio.testkit.contract.EehContract;
import org.jvfio.testkit.contract.HotplugContract;
import org.jvfio.testkit.contract.InterruptContract;
import org.jvfio.testkit.contract.ListenerContract;
import org.jvfio.testkit.contract.MainJobContract;
import org.jvfio.testkit.contract.MappingContract;
import org.jvfio.testkit.contract.MemoryFileContract;
import org.jvfio.testkit.contract.PopulateContract;
import org.jvfio.testkit.contract.RegionContract;
import org.jvfio.testkit.contract.ResetContract;
import org.jvfio.testkit.contract.SharingContract;
import org.jvfio.testkit.contract.SimBench;
import org.jvfio.testkit.contract.SpaprContract;
import org.jvfio.testkit.contract.SystemResetContract;

/** The contract suites through POWER's IOMMU of the simulated kernel. */
@DisplayName("spapr")
@ExtendWith(ContractReport.class)
final class SpaprContractTest {
    private final SimBench bench =
            new SimBench("spapr", Optional.empty(), SimHostProvider.machine().spaprTce());

    @AfterEach
    void closeMachine() {
        bench.close();
    }

    /** One device, from attach to close. */
    @Nested
    class MainJob extends MainJobContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Several devices and address spaces. */
    @Nested
    class Sharing extends SharingContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Devices that come and go while others work. */
    @Nested
    class Hotplug extends HotplugContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Memory that is a file's. */
    @Nested
    class MemoryFile extends MemoryFileContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** A guest's memory map. */
    @Nested
    class Listener extends ListenerContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Configuration space. */
    @Nested
    class Config extends ConfigContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Regions through the kernel and through memory. */
    @Nested
    class Region extends RegionContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** INTx, MSI and MSI-X. */
    @Nested
    class Interrupt extends InterruptContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Function resets. */
    @Nested
    class Reset extends ResetContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Resets of every device. */
    @Nested
    class SystemReset extends SystemResetContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Closing, early, twice, and from several threads. */
    @Nested
    class Closing extends ClosingContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Parents and children, closed in every order. */
    @Nested
    class ClosingOrder extends ClosingOrderContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Devices that cannot be had. */
    @Nested
    class BadInput extends BadInputContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Which pages devices wrote. */
    @Nested
    class Dirty extends DirtyContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Guest memory that comes and goes. */
    @Nested
    class Discard extends DiscardContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** What can be mapped, and what is refused. */
    @Nested
    class Mapping extends MappingContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Memory that is brought in before it is mapped. */
    @Nested
    class Populate extends PopulateContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** Windows and registered memory. */
    @Nested
    class Spapr extends SpaprContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }

    /** POWER's error handling. */
    @Nested
    class Eeh extends EehContract {
        @Override
        protected Bench bench() {
            return bench;
        }
    }
}
