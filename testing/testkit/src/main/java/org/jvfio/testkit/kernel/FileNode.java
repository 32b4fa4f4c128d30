// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;

/** Something that has a path. */
interface FileNode {
    /** A folder. */
    final class Folder implements FileNode {
        private final Supplier<Map<String, FileNode>> children;

        /** A folder that things are put into. */
        Folder() {
            Map<String, FileNode> fixed = new TreeMap<>();
            this.children = () -> fixed;
        }

        /** A folder whose contents are asked for each time. */
        Folder(Supplier<Map<String, FileNode>> children) {
            this.children = children;
        }

        Map<String, FileNode> children() {
            return children.get();
        }
    }

    /** A file to read; its text is asked for each time. Some can be written too. */
    record Text(Supplier<String> text, @Nullable Consumer<String> writer) implements FileNode {
        Text(Supplier<String> text) {
            this(text, null);
        }

        void write(String written) {
            if (writer == null) {
                throw new Refused(Errno.EACCES);
            }
            writer.accept(written);
        }
    }

    /** A file to read that is not text. */
    record Binary(Supplier<byte[]> bytes) implements FileNode {}

    /** A symbolic link to an absolute path. */
    record Link(String target) implements FileNode {}

    /** The name of a socket, and who may connect there. */
    record Socket(SocketFile socket, int owner, int group, int mode) implements FileNode {}

    /** A character device, and what opening it does. */
    record Device(DeviceNumber number, Supplier<OpenFile> opener) implements FileNode {}
}
