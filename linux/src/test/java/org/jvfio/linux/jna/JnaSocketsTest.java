// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import org.jvfio.linux.FileTree;
import org.jvfio.linux.HostSocketsContract;
import org.jvfio.linux.Kernel;

/** JNA, on every Java version. */
class JnaSocketsTest extends HostSocketsContract {
    @Override
    protected Kernel kernel(FileTree files) {
        return new JnaKernel(files);
    }
}
