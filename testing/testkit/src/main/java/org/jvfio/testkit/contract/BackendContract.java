// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.junit.jupiter.api.Nested;

/**
 * All suites for one backend on one machine.
 *
 * <pre>{@code
 * final class LegacyContractTest extends BackendContract {
 *     @Override
 *     protected Bench bench() {
 *         return new MyBench("legacy");
 *     }
 * }
 * }</pre>
 */
public abstract class BackendContract extends PciSuites {
    /** For extension. */
    protected BackendContract() {}

    /** A guest of 1 TiB. */
    @Nested
    class LargeGuest extends LargeGuestContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** BARs of one device for another. */
    @Nested
    class Peer extends PeerContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** Descriptors that somebody else opened. */
    @Nested
    class PassedDescriptor extends PassedDescriptorContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** Character devices that somebody else opened. */
    @Nested
    class PassedDevice extends PassedDeviceContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** Descriptors that a broker hands over. */
    @Nested
    class Broker extends BrokerContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** iommufd objects that embedders hold. */
    @Nested
    class IommufdObject extends IommufdObjectContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** Mediated devices. */
    @Nested
    class Mdev extends MdevContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }

    /** The state of a device, saved and resumed. */
    @Nested
    class Migration extends MigrationContract {
        @Override
        protected Bench bench() {
            return BackendContract.this.bench();
        }
    }
}
