// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device;

/**
 * What became of one device in a reset of all.
 *
 * @param device its name
 * @param method how it was reset
 * @param explanation why so, in words; if it was not reset, why not and what to do
 */
public record DeviceReset(String device, Method method, String explanation) {
    /** How a device was reset. */
    public enum Method {
        /** By itself: {@link VfioDevice#reset()}. */
        OWN,
        /** With all functions of its bus: {@link PciDevice#hotReset()}. */
        HOT,
        /** Not at all. */
        NONE
    }
}
