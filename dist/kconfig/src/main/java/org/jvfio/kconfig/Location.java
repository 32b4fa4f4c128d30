// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

/**
 * A line of a file.
 *
 * @param file as it was named
 * @param line counted from 1
 */
public record Location(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
