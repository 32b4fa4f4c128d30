// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The part of a kernel's file trees that is read by name: sysfs, procfs and {@code /dev}.
 *
 * <p>Paths are absolute, with {@code /} between names. <b>Failure.</b> A file that is not there or
 * may not be read is a {@link KernelException} with {@code ENOENT}, {@code EACCES} or what else the
 * kernel answered. <b>Threads.</b> Safe for use by several threads.
 */
public interface FileTree {
    /** Whether something is there, symbolic links followed. */
    boolean exists(String path);

    /** Whether this process may open the file at {@code path} for reading and writing. */
    boolean mayReadAndWrite(String path);

    /** The text of a file, without the white space at its end. */
    String read(String path) throws KernelException;

    /**
     * The bytes of a file, all of them: of a property of the device tree, which is not text. A tree
     * that has nothing but text need not define this.
     */
    default byte[] bytes(String path) throws KernelException {
        return read(path).getBytes(StandardCharsets.UTF_8);
    }

    /** The names in a folder, sorted. */
    List<String> list(String path) throws KernelException;

    /** Where the symbolic link at {@code path} points to, as an absolute path without links. */
    String resolve(String path) throws KernelException;

    /**
     * The number of the device that the special file at {@code path} stands for, links followed.
     *
     * @return major and minor number as {@link DeviceNumber} splits them
     */
    DeviceNumber deviceNumber(String path) throws KernelException;
}
