// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

/** An expression that must hold, and where that is said. */
record Condition(Expression expression, Location at) {
    @Override
    public String toString() {
        return expression + " (" + at + ")";
    }
}
