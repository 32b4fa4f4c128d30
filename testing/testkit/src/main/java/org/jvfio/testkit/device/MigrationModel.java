// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * How a device is moved: what it is is saved as bytes and loaded elsewhere.
 *
 * <p>The kernel keeps the states and files of migration version 2; a model only says what is in the
 * files.
 */
public interface MigrationModel {
    /** What can be copied while the device works, and tells what device it is of. */
    byte[] header();

    /** The rest, of a device that is stopped: always of the same length. */
    byte[] state();

    /** Takes the state over from a device with the same header. */
    void load(byte[] state);
}
