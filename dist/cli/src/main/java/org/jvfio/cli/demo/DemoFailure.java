// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

/** Something was seen that should be otherwise, or not seen in time. */
final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }

    /** Throws unless {@code holds}. */
    static void unless(boolean holds, String message) {
        if (!holds) {
            throw new DemoFailure(message);
        }
    }
}
