// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

/**
 * A PCI function that makes virtual functions: a physical function of SR-IOV.
 *
 * <p>How many, at which numbers and with which device ID its SR-IOV capability says, which must be
 * in its {@link #configuration()}.
 */
public interface SriovModel extends PciModel {
    /**
     * A virtual function, as it is after power-on; asked for each time that it comes into being.
     *
     * @param index from 0
     */
    PciModel virtualFunction(int index);
}
