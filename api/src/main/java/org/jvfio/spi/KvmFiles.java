// SPDX-License-Identifier: Apache-2.0
package org.jvfio.spi;

/**
 * The files of VFIO that a virtual machine uses, as KVM knows them.
 *
 * <p>KVM has to know them where a guest's caches, interrupts or instructions depend on the devices
 * that it has, and for devices of which the host emulates a part. It keeps the files open.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
public interface KvmFiles extends AutoCloseable {
    /**
     * The machine uses a file from now on.
     *
     * @param descriptor of a group or a device
     * @param object names it for messages
     * @throws org.jvfio.VfioException if the kernel refuses
     */
    void add(int descriptor, String object);

    /**
     * The machine uses a file no more: before that is closed. A refusal is logged, because whoever
     * closes a file can do nothing about it.
     */
    void remove(int descriptor, String object);

    /** Gives back what was made or handed over. Nothing happens if that was done already. */
    @Override
    void close();
}
