// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.charset.StandardCharsets;

/** An open attribute of sysfs: text that is read as it is now, and written whole. */
final class TextFile extends OpenFile {
    private static final int LONGEST = 4095;

    private final String path;
    private final FileNode.Text node;

    TextFile(String path, FileNode.Text node) {
        this.path = path;
        this.node = node;
    }

    @Override
    public String description() {
        return path;
    }

    @Override
    public long read(long buffer, long count) {
        return pread(buffer, count, 0);
    }

    @Override
    public long pread(long buffer, long count, long offset) {
        byte[] text = (node.text().get() + "\n").getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.max(0, Math.min(count, text.length - offset));
        UserBytes target = UserBytes.at(buffer, length);
        for (int i = 0; i < length; i++) {
            target.u8(i, text[(int) offset + i]);
        }
        return length;
    }

    @Override
    public long write(long buffer, long count) {
        int length = (int) Math.min(count, LONGEST);
        byte[] text = UserBytes.at(buffer, length).bytes(0, new byte[length], length);
        node.write(new String(text, StandardCharsets.UTF_8));
        return length;
    }
}
