// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

/** The clock that time-outs and slow devices of a simulated kernel go by. */
public enum SimTime {
    /** The machine's own. */
    REAL,

    /** One that stands still until {@link SimKernel#advance}. */
    MANUAL
}
