// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import org.junit.jupiter.api.Nested;

/** The suites of channel devices for one backend on one machine of s390x. */
public abstract class ChannelContract {
    /** For extension. */
    protected ChannelContract() {}

    /** The machine, and the backend under test: the same each time. */
    protected abstract Bench bench();

    /** The machine's subchannels. */
    protected abstract Subchannels subchannels();

    /** Channel programs. */
    @Nested
    class Program extends CcwContract {
        @Override
        protected Bench bench() {
            return ChannelContract.this.bench();
        }

        @Override
        protected Subchannels subchannels() {
            return ChannelContract.this.subchannels();
        }
    }

    /** Subchannels. */
    @Nested
    class Subchannel extends SubchannelContract {
        @Override
        protected Bench bench() {
            return ChannelContract.this.bench();
        }

        @Override
        protected Subchannels subchannels() {
            return ChannelContract.this.subchannels();
        }
    }
}
